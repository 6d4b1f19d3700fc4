using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace MarketChat.Infrastructure.Photos;

/// <summary>A stored photo as an answer, of an endpoint or of a page: a picture and nothing else.</summary>
/// <param name="isForAnyone">
/// Whether any cache may keep it for ever. Else only the asker's own browser does, and asks each time whether it may still show it:
/// somebody else may have signed in there, or the photo been removed.
/// </param>
public sealed class PhotoResult(OpenedPhoto photo, bool isForAnyone) : IResult, IActionResult
{
    private const string Forever = "public, max-age=31536000, immutable", WhileAllowed = "private, no-cache";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentDisposition = "inline";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.OnStarting(() => Keep(response));
        var tag = new EntityTagHeaderValue($"\"{photo.File}\"");
        return TypedResults.Stream(photo.Content, ContentTypeOf(photo.File), entityTag: tag, enableRangeProcessing: true)
            .ExecuteAsync(httpContext);
    }

    public Task ExecuteResultAsync(ActionContext context) => ExecuteAsync(context.HttpContext);

    // Only the photo: were a failed precondition (412) kept as well, anyone could put one into a shared cache in the photo's place.
    private Task Keep(HttpResponse response)
    {
        if (response.StatusCode < StatusCodes.Status400BadRequest) response.Headers.CacheControl = isForAnyone ? Forever : WhileAllowed;
        return Task.CompletedTask;
    }

    private static string ContentTypeOf(string file) => Path.GetExtension(file) switch
    {
        ".png" => "image/png",
        ".webp" => "image/webp",
        _ => "image/jpeg",
    };
}
