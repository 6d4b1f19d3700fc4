using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.RateLimits;
using MarketChat.Infrastructure.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;
using Microsoft.FeatureManagement.Mvc;

namespace MarketChat.Features.Chat.Search;

/// <summary>
/// Finds the user's rooms by counterpart, product and messages. Scripts get JSON; on the page, the search box shows the results above the
/// list.
/// </summary>
[FeatureGate(SearchSetup.Flag)]
[EnableRateLimiting(RateLimitPolicies.Searches)]
public sealed class SearchModel(SearchQuery query, IStringLocalizer<SearchModel> localizer) : PageModel
{
    /// <summary>
    /// The content of the search box: the text as typed, the results, a sentence that summarizes them, and whether the text was rejected.
    /// </summary>
    public sealed record SearchResponse(string Text, SearchResults Found, string Summary, bool IsRefused = false);

    /// <summary>The content of the search box, which the layout renders above the list.</summary>
    [ViewData]
    public SearchResponse? Result { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? q, long? before)
    {
        // The page shows the query beside private text, and the length of a compressed response would tell what they have in common
        // (BREACH, https://www.breachattack.com).
        if (HttpContext.Features.Get<IHttpsCompressionFeature>() is { } compression)
        {
            compression.Mode = HttpsCompressionMode.DoNotCompress;
        }

        if (!ModelState.IsValid || before < 0) return Reject(q, localizer["InvalidRequest"]);
        if (q?.IsWellFormed() is false) return Reject(q, localizer["Malformed"]);
        var search = SearchTerms.Of(q);
        if (search.IsTooLong) return Reject(q, localizer["TooLong", SearchTerms.MaxLength]);

        var found = search.Terms.Count == 0
            ? SearchResults.Nothing
            : await query.FindAsync(User.GetUserId(), search.Terms, before, HttpContext.RequestAborted);
        return Show(new SearchResponse(search.Text, found, search.Text.Length == 0 ? "" : Summarize(found, search.Text)));
    }

    private string Summarize(SearchResults found, string text)
    {
        if (found.Rooms.Count + found.Messages.Count > 0)
        {
            return localizer["Summary", Count(found.Rooms.Count, found.HasMoreRooms),
                Count(found.Messages.Count, found.NextCursor is not null)];
        }

        return found.NextCursor is null ? localizer["Nothing", BidiText.Isolate(text)] : localizer["NothingYet", BidiText.Isolate(text)];
    }

    private static string Count(int shown, bool hasMore) => hasMore ? $"{shown}+" : $"{shown}";

    private IActionResult Reject(string? text, string reason)
    {
        if (Request.WantsJson()) return this.Problem(StatusCodes.Status400BadRequest, reason);
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Show(new SearchResponse(text ?? "", SearchResults.Nothing, reason, IsRefused: true));
    }

    private IActionResult Show(SearchResponse response)
    {
        if (Request.WantsJson()) return new JsonResult(response);
        Result = response;
        return Page();
    }
}
