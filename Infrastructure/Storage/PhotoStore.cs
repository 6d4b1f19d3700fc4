using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;

namespace MarketChat.Infrastructure.Storage;

/// <summary>A photo on disk: its file name, and its size in pixels as it is to be shown.</summary>
public sealed record StoredPhoto(string Name, int Width, int Height);

/// <summary>Either the stored photo, or the sentence for the person that says why it was not stored.</summary>
public sealed record PhotoOutcome(StoredPhoto? Photo, string? Problem);

/// <summary>Either the photo, cleaned and not stored yet, or the sentence for the person that says why it is none.</summary>
public sealed record PhotoReading(PhotoFile? Photo, string? Problem);

/// <summary>
/// Keeps photos as files under <c>photos/</c>, cleaned by <see cref="PhotoFile"/>. Their names are 128 random bits and the extension
/// of what they are: nobody guesses one, and none ever stands for other bytes. Those that only some people may see have names of
/// another shape, which the address that anyone may ask does not know.
/// </summary>
public sealed partial class PhotoStore(StorageRoot root, IStringLocalizer<PhotoStore> words)
{
    public const int MaxBytes = 5 * Megabyte;

    private const int Megabyte = 1024 * 1024;
    private const string PrivatePrefix = "private-";

    private readonly string _folder = root.Folder("photos");

    /// <summary>Where a browser finds the photo of that name; <see cref="PhotoEndpoint"/> answers there.</summary>
    public static string UrlOf(string name) => $"/photos/{name}";

    /// <summary>What somebody uploaded. Its name and declared type are not looked at.</summary>
    public Task<PhotoOutcome> SaveAsync(IFormFile file, CancellationToken cancellationToken) => SaveAsync(file, prefix: "", cancellationToken);

    /// <summary>The same, for a photo that not everybody may see; whoever hands it out asks who wants it.</summary>
    public Task<PhotoOutcome> SavePrivateAsync(IFormFile file, CancellationToken cancellationToken) => SaveAsync(file, PrivatePrefix, cancellationToken);

    /// <summary>A whole file from elsewhere, held to the same rules.</summary>
    public Task<PhotoOutcome> SaveAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken) => SaveAsync(file, prefix: "", cancellationToken);

    /// <summary>The same, for a photo that not everybody may see.</summary>
    public Task<PhotoOutcome> SavePrivateAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken) => SaveAsync(file, PrivatePrefix, cancellationToken);

    /// <summary>Holds an upload to the same rules, and stores nothing.</summary>
    public async Task<PhotoReading> ReadAsync(IFormFile file, CancellationToken cancellationToken)
    {
        if (file.Length > MaxBytes) return new PhotoReading(null, SentenceFor(PhotoFlaw.TooLarge));
        var bytes = new byte[file.Length];
        await using var content = file.OpenReadStream();
        await content.ReadExactlyAsync(bytes, cancellationToken);
        return Read(bytes);
    }

    /// <summary>The full path of the photo of that name, or null when there is none.</summary>
    public string? Find(string name)
    {
        if (!NamePattern().IsMatch(name)) return null;
        var path = Path.Combine(_folder, name);
        return File.Exists(path) ? path : null;
    }

    /// <summary>The same, but null for those that not everybody may see.</summary>
    public string? FindPublic(string name) => name.StartsWith(PrivatePrefix, StringComparison.Ordinal) ? null : Find(name);

    /// <summary>Does nothing when there is no such photo.</summary>
    public void Delete(string name)
    {
        if (Find(name) is { } path) File.Delete(path);
    }

    private async Task<PhotoOutcome> SaveAsync(IFormFile file, string prefix, CancellationToken cancellationToken) =>
        await StoreAsync(await ReadAsync(file, cancellationToken), prefix, cancellationToken);

    private Task<PhotoOutcome> SaveAsync(ReadOnlyMemory<byte> file, string prefix, CancellationToken cancellationToken) =>
        StoreAsync(Read(file.Span), prefix, cancellationToken);

    private PhotoReading Read(ReadOnlySpan<byte> file)
    {
        var photo = PhotoFile.Clean(file, out var flaw);
        return new PhotoReading(photo, photo is null ? SentenceFor(flaw) : null);
    }

    private string SentenceFor(PhotoFlaw flaw) => flaw switch
    {
        PhotoFlaw.TooLarge => words["TooLarge", MaxBytes / Megabyte],
        PhotoFlaw.TooManyPixels => words["TooManyPixels", PhotoFile.MaxSide, PhotoFile.MaxPixels],
        _ => words[flaw.ToString()],
    };

    private async Task<PhotoOutcome> StoreAsync(PhotoReading reading, string prefix, CancellationToken cancellationToken)
    {
        if (reading.Photo is not { } photo) return new PhotoOutcome(null, reading.Problem);
        var name = $"{prefix}{RandomNumberGenerator.GetHexString(32, lowercase: true)}.{photo.Extension}";
        await WriteAsync(Path.Combine(_folder, name), photo.Content, cancellationToken);
        return new PhotoOutcome(new StoredPhoto(name, photo.Width, photo.Height), null);
    }

    // A move within a folder happens or does not, so a crash leaves no half photo under a name that is handed out.
    private static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var unfinished = path + ".part";
        try
        {
            await using (var target = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write))
            {
                await target.WriteAsync(content, cancellationToken);
                target.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    [GeneratedRegex(@"\A(private-)?[0-9a-f]{32}\.(jpg|png|webp)\z")]
    private static partial Regex NamePattern();
}
