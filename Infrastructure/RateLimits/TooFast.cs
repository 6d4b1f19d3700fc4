using System.Globalization;
using System.Threading.RateLimiting;
using MarketChat.Infrastructure.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace MarketChat.Infrastructure.RateLimits;

/// <summary>A limit was met, and how many seconds there are to wait (RFC 6585, section 4; RFC 9110, section 10.2.3).</summary>
public sealed record TooFast(int Seconds)
{
    // What frees a place that something else holds is not the passing of time.
    private static readonly TimeSpan _unknown = TimeSpan.FromSeconds(1);

    public static TooFast Of(RateLimitLease refused)
    {
        var wait = refused.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : _unknown;
        return new TooFast(Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)));
    }

    public void Announce(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = Seconds.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The page with its form as it was filled in, and a sentence about the wait; a script gets the sentence from the error page.
    /// </summary>
    public IActionResult Answer(PageModel page)
    {
        Announce(page.Response);
        if (page.Request.IsFromScript()) return new StatusCodeResult(StatusCodes.Status429TooManyRequests);
        var words = page.HttpContext.RequestServices.GetRequiredService<IStringLocalizer<TooFast>>();
        page.ModelState.AddModelError("", words["Wait", Seconds]);
        return page.Page();
    }
}
