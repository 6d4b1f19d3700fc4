using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace MarketChat.Infrastructure.Photos;

/// <summary>
/// The response with a stored photo, for an endpoint or a page. Its headers prevent browsers from treating the content as anything but an
/// image.
/// </summary>
/// <param name="isForAnyone">
/// Whether any cache may store the photo for a year. A private photo within a page is stored only by the user's browser, which revalidates
/// it on each use: another user may have signed in, or the photo may have been removed. A private photo that is opened by itself is not
/// stored, because the button Back shows stored pages without revalidation, also after the user has signed out.
/// </param>
public sealed class PhotoResult(OpenedPhoto photo, bool isForAnyone) : IResult, IActionResult
{
    private const string ImmutableCacheControl = "public, max-age=31536000, immutable";
    private const string DestinationHeader = "Sec-Fetch-Dest"; // https://www.w3.org/TR/fetch-metadata
    private const string RevalidateCacheControl = "private, no-cache";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentDisposition = "inline";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.OnStarting(() => SetCacheControl(httpContext.Request, response));
        var entityTag = new EntityTagHeaderValue($"\"{photo.File}\"");
        return TypedResults.Stream(photo.Content, ContentTypeOf(photo.File), entityTag: entityTag, enableRangeProcessing: true)
            .ExecuteAsync(httpContext);
    }

    public Task ExecuteResultAsync(ActionContext context) => ExecuteAsync(context.HttpContext);

    // Only successful responses are cacheable: otherwise a client could make a shared cache store a failed precondition (412) in place of
    // the photo.
    private Task SetCacheControl(HttpRequest request, HttpResponse response)
    {
        if (!isForAnyone) response.Headers.Append(HeaderNames.Vary, DestinationHeader);
        if (response.StatusCode >= StatusCodes.Status400BadRequest) return Task.CompletedTask;
        response.Headers.CacheControl = isForAnyone ? ImmutableCacheControl
            : request.Headers[DestinationHeader] == "image" ? RevalidateCacheControl : "no-store";
        return Task.CompletedTask;
    }

    private static string ContentTypeOf(string file) => Path.GetExtension(file) switch
    {
        ".png" => "image/png",
        ".webp" => "image/webp",
        _ => "image/jpeg",
    };
}
