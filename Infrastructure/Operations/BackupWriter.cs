using System.Globalization;
using System.IO.Compression;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Sqlite;
using MarketChat.Infrastructure.Photos;
using MarketChat.Infrastructure.Storage;

namespace MarketChat.Infrastructure.Operations;

/// <summary>
/// Writes a backup of all data into one ZIP file: a consistent snapshot of <c>market.db</c>, <c>photos/</c> and <c>keys/</c>. The keys sign
/// sessions, so the file is as secret as the storage itself; only its owner may read it.
/// </summary>
public sealed class BackupWriter(MarketDb db, StoragePaths paths, IPhotoStorage photos)
{
    public const string DatabaseEntry = "market.db";
    public const string Photos = "photos", Keys = "keys";

    /// <summary>Writes the backup. The app may be running and writing at the same time.</summary>
    /// <returns>A sentence for the operator with the file's path and size.</returns>
    /// <exception cref="OperatorException">The file already exists.</exception>
    public async Task<string> WriteAsync(string file, CancellationToken cancellationToken)
    {
        var target = Path.GetFullPath(file);
        if (File.Exists(target)) throw new OperatorException($"{target} already exists. A backup does not overwrite files.");
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

        return string.Create(CultureInfo.InvariantCulture, $"Wrote {target} ({new FileInfo(target).Length:N0} bytes).");
    }

    private async Task WriteArchiveAsync(string path, CancellationToken cancellationToken)
    {
        var copy = $"{path}.db";
        try
        {
            await using var content = CreateOwnerOnlyFile(path);
            await using var archive =
                await ZipArchive.CreateAsync(content, ZipArchiveMode.Create, leaveOpen: false, entryNameEncoding: null, cancellationToken);

            // Photo files are never changed. Those that the snapshot of the database refers to existed before it or were saved while it was
            // taken, so photos are added before and after it.
            var added = new HashSet<string>();
            await AddPhotosAsync(archive, added, cancellationToken);
            await db.BackupToAsync(copy, cancellationToken);
            await archive.CreateEntryFromFileAsync(copy, DatabaseEntry, CompressionLevel.Fastest, cancellationToken);
            await AddPhotosAsync(archive, added, cancellationToken);
            foreach (var key in Directory.EnumerateFiles(paths.Folder(Keys)))
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
            if (added.Contains(name) || await photos.OpenAsync(name, cancellationToken) is not { } photo) continue; // Deleted meanwhile.
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
