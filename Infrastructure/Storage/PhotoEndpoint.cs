using Microsoft.AspNetCore.Http.HttpResults;

namespace MarketChat.Infrastructure.Storage;

/// <summary>Hands out the photos that are for anyone.</summary>
public static class PhotoEndpoint
{
    public static void MapPhotos(this WebApplication app) =>
        app.MapMethods(PhotoStore.UrlOf("{name}"), [HttpMethods.Get, HttpMethods.Head], Show).AllowAnonymous();

    private static Results<PhotoAnswer, NotFound> Show(string name, PhotoStore photos) =>
        photos.FindPublic(name) is { } path ? new PhotoAnswer(path, isForAnyone: true) : TypedResults.NotFound();
}
