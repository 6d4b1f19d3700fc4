using System.Globalization;
using System.IO.Compression;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Photos;
using MarketChat.Infrastructure.Storage;

namespace MarketChat.Infrastructure.Operations;

/// <summary>
/// One ZIP file with everything the app keeps: <c>market.db</c> as it is at one moment, <c>photos/</c> and <c>keys/</c>. The keys sign
/// people's sessions, so the file is as secret as the storage itself, and only its owner may read it.
/// </summary>
public sealed class BackupWriter(MarketDb db, StoragePaths root, IPhotoStorage photos)
{
    public const string DatabaseEntry = "market.db";
    public const string Photos = "photos", Keys = "keys";

    /// <summary>Writes the backup while people go on writing.</summary>
    /// <returns>A sentence that says what was written.</returns>
    /// <exception cref="OperatorException">There is such a file already.</exception>
    public async Task<string> WriteAsync(string file, CancellationToken cancellationToken)
    {
        var target = Path.GetFullPath(file);
        if (File.Exists(target)) throw new OperatorException($"{target} is there already. A backup never writes over a file.");
        var unfinished = $"{target}.{Guid.NewGuid():N}";
        try
        {
            await WriteArchiveAsync(unfinished, cancellationToken);
            File.Move(unfinished, target, overwrite: false);
        }
        finally
        {
            File.Delete(unfinished);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{target}: {new FileInfo(target).Length:N0} bytes.");
    }

    private async Task WriteArchiveAsync(string path, CancellationToken cancellationToken)
    {
        var copy = $"{path}.db";
        try
        {
            await using var content = CreateOwnerOnlyFile(path);
            await using var archive =
                await ZipArchive.CreateAsync(content, ZipArchiveMode.Create, leaveOpen: false, entryNameEncoding: null, cancellationToken);

            // Photos stand still once written, so those the database names are there before it is copied, or come between: two looks.
            var added = new HashSet<string>();
            await AddPhotosAsync(archive, added, cancellationToken);
            await db.BackupToAsync(copy, cancellationToken);
            await archive.CreateEntryFromFileAsync(copy, DatabaseEntry, CompressionLevel.Fastest, cancellationToken);
            await AddPhotosAsync(archive, added, cancellationToken);
            foreach (var key in Directory.EnumerateFiles(root.Folder(Keys)))
            {
                await archive.CreateEntryFromFileAsync(key, $"{Keys}/{Path.GetFileName(key)}", CompressionLevel.NoCompression,
                    cancellationToken);
            }
        }
        finally
        {
            File.Delete(copy);
        }
    }

    private async Task AddPhotosAsync(ZipArchive archive, HashSet<string> added, CancellationToken cancellationToken)
    {
        await foreach (var (name, _, _) in photos.ListAsync(cancellationToken))
        {
            if (added.Contains(name) || await photos.OpenAsync(name, cancellationToken) is not { } photo) continue; // Or deleted since.
            await using var content = photo;
            await using var entry = await archive.CreateEntry($"{Photos}/{name}", CompressionLevel.NoCompression)
                .OpenAsync(cancellationToken);
            await content.CopyToAsync(entry, cancellationToken);
            added.Add(name);
        }
    }

    private static FileStream CreateOwnerOnlyFile(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }
}
