using System.Globalization;
using System.Threading.RateLimiting;
using MarketChat.Infrastructure.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace MarketChat.Infrastructure.RateLimits;

/// <summary>A limit was met, and how many seconds there are to wait (RFC 6585, section 4; RFC 9110, section 10.2.3).</summary>
public sealed record RateLimitRejection(int Seconds)
{
    // What frees a place that something else holds is not the passing of time.
    private static readonly TimeSpan _unknown = TimeSpan.FromSeconds(1);

    public static RateLimitRejection FromLease(RateLimitLease refused)
    {
        var wait = refused.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : _unknown;
        return new RateLimitRejection(Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)));
    }

    public void ApplyTo(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = Seconds.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The page with its form as it was filled in, and a sentence about the wait; a script gets the sentence from the error page.
    /// </summary>
    public IActionResult ToPageResult(PageModel page)
    {
        ApplyTo(page.Response);
        if (page.Request.WantsJson()) return new StatusCodeResult(StatusCodes.Status429TooManyRequests);
        var words = page.HttpContext.RequestServices.GetRequiredService<IStringLocalizer<RateLimitRejection>>();
        page.ModelState.AddModelError("", words["Wait", Seconds]);
        return page.Page();
    }
}
