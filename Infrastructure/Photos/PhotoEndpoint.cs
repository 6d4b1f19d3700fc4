using Microsoft.AspNetCore.Http.HttpResults;

namespace MarketChat.Infrastructure.Photos;

/// <summary>Serves the photos that are for anyone.</summary>
public static class PhotoEndpoint
{
    public static void MapPhotos(this WebApplication app) =>
        app.MapMethods(PhotoNames.UrlOf("{name}"), [HttpMethods.Get, HttpMethods.Head], ShowAsync).AllowAnonymous();

    private static async Task<Results<PhotoResult, NotFound>> ShowAsync(string name, string? width, PhotoCopies photos,
        CancellationToken cancellationToken) =>
        !PhotoNames.IsPrivate(name) && PhotoNames.TryParseWidth(width, out var pixels)
            && await photos.OpenAsync(name, pixels, cancellationToken) is { } photo
            ? new PhotoResult(photo, isForAnyone: true)
            : TypedResults.NotFound();
}
