using Microsoft.AspNetCore.Http.HttpResults;

namespace MarketChat.Infrastructure.Photos;

/// <summary>Serves public photos at <c>/photos/{name}?width={width}</c>.</summary>
public static class PhotoEndpoint
{
    public static void MapPhotos(this WebApplication app) =>
        app.MapMethods(PhotoNames.UrlOf("{name}"), [HttpMethods.Get, HttpMethods.Head], GetAsync).AllowAnonymous();

    private static async Task<Results<PhotoResult, NotFound>> GetAsync(string name, string? width, PhotoCopies photos,
        CancellationToken cancellationToken) =>
        !PhotoNames.IsPrivate(name) && PhotoNames.TryParseWidth(width, out var pixels)
            && await photos.OpenAsync(name, pixels, cancellationToken) is { } photo
            ? new PhotoResult(photo, isForAnyone: true)
            : TypedResults.NotFound();
}
