using System.Globalization;
using MarketChat.Infrastructure.Storage;

namespace MarketChat.Features.Chat.Photos;

/// <summary>
/// Photos that came one by one and wait for the others of their message, as files under <c>uploads/</c>: where the connection breaks,
/// only the one on its way is lost. A file's name says whose it is, so one that comes again takes its own place.
/// </summary>
public sealed class PhotoParts(StorageRoot root, TimeProvider time)
{
    /// <summary>How long a part waits for the others. A device that comes back later sends them all again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    private readonly string _folder = root.Folder("uploads");

    /// <param name="number">From 1 on.</param>
    public async Task KeepAsync(PhotoLetter letter, int number, ReadOnlyMemory<byte> photo, CancellationToken cancellationToken)
    {
        var unfinished = Path.Combine(_folder, Path.GetRandomFileName());
        try
        {
            await File.WriteAllBytesAsync(unfinished, photo, cancellationToken);
            File.Move(unfinished, PathOf(letter, number), overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    /// <summary>The numbers of those that are not here, of <paramref name="count"/>.</summary>
    public IReadOnlyList<int> Missing(PhotoLetter letter, int count) => [.. Enumerable.Range(1, count).Where(number => !File.Exists(PathOf(letter, number)))];

    /// <exception cref="FileNotFoundException">It is not here.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(PhotoLetter letter, int number, CancellationToken cancellationToken) =>
        await File.ReadAllBytesAsync(PathOf(letter, number), cancellationToken);

    public void Drop(PhotoLetter letter, int count)
    {
        for (var number = 1; number <= count; number++) File.Delete(PathOf(letter, number));
    }

    /// <summary>Drops those that nobody has come back for.</summary>
    public void Sweep()
    {
        var oldest = time.GetUtcNow().UtcDateTime - Patience;
        foreach (var part in Directory.EnumerateFiles(_folder))
        {
            if (File.GetLastWriteTimeUtc(part) < oldest) File.Delete(part);
        }
    }

    private string PathOf(PhotoLetter letter, int number) => Path.Combine(
        _folder, string.Create(CultureInfo.InvariantCulture, $"{letter.RoomId}-{letter.SenderId}-{letter.ClientId:N}-{number}"));
}
