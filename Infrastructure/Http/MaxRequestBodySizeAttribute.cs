using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace MarketChat.Infrastructure.Http;

/// <summary>
/// The most bytes a page takes as a request's body; <see cref="DefaultBytes"/> where it does not say. A body that announces more is
/// answered with 413 before any of it is read, and one that announces nothing when it grows beyond.
/// <see cref="RequestSizeLimitAttribute"/> alone ends in 400: the antiforgery check is the first to read the form, and takes the failed
/// read for a missing token.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class MaxRequestBodySizeAttribute(long bytes) : Attribute, IAsyncAuthorizationFilter, IOrderedFilter
{
    /// <summary>For forms of words: three times the longest one, with every character percent-encoded.</summary>
    public const int DefaultBytes = 64 * 1024;

    private const int OrderBetweenFormLimitsAndAntiforgery = 950; // 900 and 1000.

    public long Bytes => bytes;

    public int Order => OrderBetweenFormLimitsAndAntiforgery;

    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        if (!context.IsEffectivePolicy(this) || http.IsErrorPage()) return; // The page has a limit of its own, or tells of this one.
        var announcesTooMuch = http.Request.ContentLength > bytes;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
        {
            // The server lets what is on its way run out for a few seconds, so that a browser gets to read the answer; but not
            // beyond a limit.
            server.MaxRequestBodySize = announcesTooMuch ? null : bytes;
        }

        if (announcesTooMuch || await ExceedsLimitAsync(http.Request))
        {
            context.Result = new StatusCodeResult(StatusCodes.Status413PayloadTooLarge);
        }
    }

    private static async Task<bool> ExceedsLimitAsync(HttpRequest request)
    {
        if (request.ContentLength is not null || !request.HasFormContentType) return false;
        try
        {
            await request.ReadFormAsync(request.HttpContext.RequestAborted);
            return false;
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return true;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            return false; // Broken in another way, which the antiforgery check meets again.
        }
    }
}
