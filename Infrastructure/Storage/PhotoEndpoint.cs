namespace MarketChat.Infrastructure.Storage;

public static class PhotoEndpoint
{
    public static void MapPhotos(this WebApplication app) =>
        app.MapGet("/photos/{name:regex(^[0-9a-f]{{32}}\\.(jpg|png|webp)$)}", (string name, StorageRoot root) =>
            TypedResults.PhysicalFile(Path.Combine(root.Folder("photos"), name), "image/jpeg"));
}
