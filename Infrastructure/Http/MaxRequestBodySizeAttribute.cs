using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace MarketChat.Infrastructure.Http;

/// <summary>
/// Limits the size of a page's request body in bytes; <see cref="DefaultBytes"/> applies to pages without this attribute. A body with a
/// larger Content-Length is answered with 413 before it is read, and a body without one by <see cref="FormReadingFilter"/>, as soon as it
/// exceeds the limit.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class MaxRequestBodySizeAttribute(long bytes) : Attribute, IAuthorizationFilter, IOrderedFilter
{
    /// <summary>
    /// The default limit, for forms without files: more than three times the longest text with every character percent-encoded.
    /// </summary>
    public const int DefaultBytes = 64 * 1024;

    private const int OrderBetweenFormLimitsAndAntiforgery = 950; // Their orders are 900 and 1000.

    public long Bytes => bytes;

    public int Order => OrderBetweenFormLimitsAndAntiforgery;

    public void OnAuthorization(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        if (!context.IsEffectivePolicy(this) || http.IsErrorPage()) return; // Another limit applies, or this one was already exceeded.
        var isContentLengthTooLarge = http.Request.ContentLength > bytes;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
        {
            // Kestrel drains an unread body for a few seconds, so that the browser reads the response instead of a reset connection. It
            // does so only for a body within its own limit, so that limit is lifted here.
            server.MaxRequestBodySize = isContentLengthTooLarge ? null : bytes;
        }

        if (isContentLengthTooLarge) context.Result = new StatusCodeResult(StatusCodes.Status413PayloadTooLarge);
    }
}
