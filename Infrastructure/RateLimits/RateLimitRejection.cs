using System.Globalization;
using System.Threading.RateLimiting;
using MarketChat.Infrastructure.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace MarketChat.Infrastructure.RateLimits;

/// <summary>A request was rejected by a rate limit (429, RFC 6585, section 4).</summary>
/// <param name="Seconds">How long to wait before the next attempt (Retry-After, RFC 9110, section 10.2.3).</param>
public sealed record RateLimitRejection(int Seconds)
{
    // Concurrency limiters report no time to wait, because they wait for another request to end.
    private static readonly TimeSpan _defaultWait = TimeSpan.FromSeconds(1);

    /// <summary>Creates the rejection from a lease that was not acquired.</summary>
    public static RateLimitRejection FromLease(RateLimitLease lease)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : _defaultWait;
        return new RateLimitRejection(Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)));
    }

    /// <summary>Sets the status and the header Retry-After.</summary>
    public void ApplyTo(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = Seconds.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Renders the page again with the submitted form and an error message with the time to wait. For scripts the error page produces the
    /// message.
    /// </summary>
    public IActionResult ToPageResult(PageModel page)
    {
        ApplyTo(page.Response);
        if (page.Request.WantsJson()) return new StatusCodeResult(StatusCodes.Status429TooManyRequests);
        var localizer = page.HttpContext.RequestServices.GetRequiredService<IStringLocalizer<RateLimitRejection>>();
        page.ModelState.AddModelError("", localizer["Wait", Seconds]);
        return page.Page();
    }
}
