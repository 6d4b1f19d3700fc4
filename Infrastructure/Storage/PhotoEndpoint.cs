using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace MarketChat.Infrastructure.Storage;

/// <summary>Hands out the photos that are for anyone: as pictures and as nothing else, whatever somebody managed to put into one.</summary>
public static class PhotoEndpoint
{
    private const string Forever = "public, max-age=31536000, immutable";

    public static void MapPhotos(this WebApplication app) =>
        app.MapMethods(PhotoStore.UrlOf("{name}"), [HttpMethods.Get, HttpMethods.Head], Show).AllowAnonymous();

    private static Results<PhysicalFileHttpResult, NotFound> Show(string name, PhotoStore photos, HttpResponse response)
    {
        if (photos.FindPublic(name) is not { } path) return TypedResults.NotFound();

        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentDisposition = "inline";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.OnStarting(() => KeepForever(response));
        var tag = new EntityTagHeaderValue($"\"{name}\"");
        return TypedResults.PhysicalFile(path, ContentTypeOf(name), entityTag: tag, enableRangeProcessing: true);
    }

    // Only the photo: were a failed precondition (412) kept as well, anyone could put one into a shared cache in the photo's place.
    private static Task KeepForever(HttpResponse response)
    {
        if (response.StatusCode < StatusCodes.Status400BadRequest) response.Headers.CacheControl = Forever;
        return Task.CompletedTask;
    }

    private static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".png" => "image/png",
        ".webp" => "image/webp",
        _ => "image/jpeg",
    };
}
