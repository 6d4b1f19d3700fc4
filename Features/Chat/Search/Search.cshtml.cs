using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;
using Microsoft.FeatureManagement.Mvc;

namespace MarketChat.Features.Chat.Search;

/// <summary>
/// Finds my rooms by who the other is, by what they are about and by what was said. A script gets JSON; as a page, the search box shows
/// what was found, above the list.
/// </summary>
[FeatureGate(SearchSetup.Flag)]
[EnableRateLimiting(Limit.Searches)]
public sealed class SearchModel(SearchQuery query, IStringLocalizer<SearchModel> words) : PageModel
{
    /// <summary>
    /// What the box shows: the words as typed, what was found, how much that was as a sentence, and whether something is wrong
    /// with the words.
    /// </summary>
    public sealed record Answer(string Text, Found Found, string Summary, bool IsRefused = false);

    /// <summary>What the search box shows, which stands in the layout's list.</summary>
    [ViewData]
    public Answer? Result { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? q, long? before)
    {
        if (!ModelState.IsValid || before < 0) return Refuse(q, words["BadQuestion"]);
        var wanted = SearchWords.Of(q);
        if (wanted.IsTooLong) return Refuse(q, words["TooLong", SearchWords.MaxLength]);

        var found = wanted.Each.Count == 0
            ? Found.Nothing
            : await query.FindAsync(User.Id(), wanted.Each, before, HttpContext.RequestAborted);
        return Show(new Answer(wanted.Text, found, wanted.Text.Length == 0 ? "" : Summarize(found, wanted.Text)));
    }

    private string Summarize(Found found, string text)
    {
        if (found.Rooms.Count + found.Messages.Count > 0)
        {
            return words["Summary", Count(found.Rooms.Count, found.HasMoreRooms), Count(found.Messages.Count, found.Before is not null)];
        }

        return found.Before is null ? words["Nothing", text] : words["NothingYet", text];
    }

    private static string Count(int shown, bool hasMore) => hasMore ? $"{shown}+" : $"{shown}";

    private IActionResult Refuse(string? text, string reason)
    {
        if (Request.IsFromScript()) return this.ProblemFor(StatusCodes.Status400BadRequest, reason);
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Show(new Answer(text ?? "", Found.Nothing, reason, IsRefused: true));
    }

    private IActionResult Show(Answer answer)
    {
        if (Request.IsFromScript()) return new JsonResult(answer);
        Result = answer;
        return Page();
    }
}
