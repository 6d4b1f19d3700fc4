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
[EnableRateLimiting(RateLimitPolicies.Searches)]
public sealed class SearchModel(SearchQuery query, IStringLocalizer<SearchModel> localizer) : PageModel
{
    /// <summary>
    /// What the box shows: the words as typed, what was found, how much that was as a sentence, and whether something is wrong
    /// with the words.
    /// </summary>
    public sealed record SearchResponse(string Text, SearchResults Found, string Summary, bool IsRefused = false);

    /// <summary>What the search box shows, which stands in the layout's list.</summary>
    [ViewData]
    public SearchResponse? Result { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? q, long? before)
    {
        if (!ModelState.IsValid || before < 0) return Reject(q, localizer["InvalidRequest"]);
        var wanted = SearchTerms.Of(q);
        if (wanted.IsTooLong) return Reject(q, localizer["TooLong", SearchTerms.MaxLength]);

        var found = wanted.Terms.Count == 0
            ? SearchResults.Nothing
            : await query.FindAsync(User.GetUserId(), wanted.Terms, before, HttpContext.RequestAborted);
        return Show(new SearchResponse(wanted.Text, found, wanted.Text.Length == 0 ? "" : Summarize(found, wanted.Text)));
    }

    private string Summarize(SearchResults found, string text)
    {
        if (found.Rooms.Count + found.Messages.Count > 0)
        {
            return localizer["Summary", Count(found.Rooms.Count, found.HasMoreRooms),
                Count(found.Messages.Count, found.NextCursor is not null)];
        }

        return found.NextCursor is null ? localizer["Nothing", text] : localizer["NothingYet", text];
    }

    private static string Count(int shown, bool hasMore) => hasMore ? $"{shown}+" : $"{shown}";

    private IActionResult Reject(string? text, string reason)
    {
        if (Request.WantsJson()) return this.Problem(StatusCodes.Status400BadRequest, reason);
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Show(new SearchResponse(text ?? "", SearchResults.Nothing, reason, IsRefused: true));
    }

    private IActionResult Show(SearchResponse answer)
    {
        if (Request.WantsJson()) return new JsonResult(answer);
        Result = answer;
        return Page();
    }
}
