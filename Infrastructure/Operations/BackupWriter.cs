using System.Globalization;
using System.IO.Compression;
using System.Text;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Sqlite;
using MarketChat.Infrastructure.Photos;
using MarketChat.Infrastructure.Storage;

namespace MarketChat.Infrastructure.Operations;

/// <summary>
/// Writes a backup of all data into one file (<see cref="BackupArchive"/>): a consistent snapshot of the database, its photos, and the
/// keys. The keys sign sessions, so the file is as secret as the storage itself; only its owner may read it.
/// </summary>
public sealed class BackupWriter(MarketDb db, StoragePaths paths, IPhotoStorage photos, OperatorProgress progress)
{
    /// <summary>Writes the backup. The app may be running and writing at the same time.</summary>
    /// <returns>A sentence for the operator with the file's path and size, and one about photos that had no file.</returns>
    /// <exception cref="OperatorException">The file already exists, or there is no database.</exception>
    public async Task<string> WriteAsync(string file, CancellationToken cancellationToken)
    {
        var target = Path.GetFullPath(file);
        if (File.Exists(target)) throw new OperatorException($"{target} already exists. A backup does not overwrite files.");
        var unfinished = $"{target}.{Guid.NewGuid():N}";
        try
        {
            var missing = await WriteArchiveAsync(unfinished, cancellationToken);
            File.Move(unfinished, target, overwrite: false);
            var written = string.Create(CultureInfo.InvariantCulture, $"Wrote {target} ({new FileInfo(target).Length:N0} bytes).");
            return missing.Count == 0 ? written : $"{written} Photos that had no file: {string.Join(", ", missing)}.";
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <returns>The names of photos that have no file, and had none before.</returns>
    private async Task<IReadOnlyCollection<string>> WriteArchiveAsync(string path, CancellationToken cancellationToken)
    {
        var copy = $"{path}.db";
        try
        {
            await using var content = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite);
            await using var archive =
                await ZipArchive.CreateAsync(content, ZipArchiveMode.Create, leaveOpen: false, entryNameEncoding: null, cancellationToken);
            var hashes = new Dictionary<string, string>();
            await AddPhotosAsync(archive, hashes, cancellationToken);
            var missing = await CopyDatabaseAsync(copy, archive, hashes, cancellationToken);
            progress.Report("Adding the database to the backup");
            await AddFileAsync(archive, BackupArchive.Database, copy, CompressionLevel.Fastest, hashes, cancellationToken);
            foreach (var key in Directory.EnumerateFiles(paths.Folder(BackupArchive.Keys)))
            {
                await AddFileAsync(archive, $"{BackupArchive.Keys}/{Path.GetFileName(key)}", key, CompressionLevel.NoCompression, hashes,
                    cancellationToken);
            }

            if (missing.Count > 0)
            {
                using var names = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', missing)));
                await archive.AddAsync(BackupArchive.MissingPhotos, names, CompressionLevel.NoCompression, hashes, cancellationToken);
            }

            await archive.AddChecksumsAsync(hashes, cancellationToken);
            return missing;
        }
        finally
        {
            File.Delete(copy);
        }
    }

    /// <summary>
    /// Copies the database until the archive has every photo that the copy refers to. People may send and remove photos meanwhile: a photo
    /// that the copy refers to and that is gone when it is added was removed after the copy was made, so a later copy does not refer to it.
    /// Photo files are never changed, so those that were added stay valid.
    /// </summary>
    /// <returns>The photos that two copies in a row refer to and that have no file; they are lost.</returns>
    private async Task<IReadOnlyCollection<string>> CopyDatabaseAsync(
        string copy, ZipArchive archive, Dictionary<string, string> hashes, CancellationToken cancellationToken)
    {
        HashSet<string> missing = [];
        while (true)
        {
            progress.Report("Copying the database");
            File.Delete(copy);
            await db.BackupToAsync(copy, cancellationToken);
            await AddPhotosAsync(archive, hashes, cancellationToken);
            await using var copied = db.OpenFile(copy);
            var missingNow = (await copied.GetReferencedPhotosAsync(cancellationToken))
                .Where(name => !hashes.ContainsKey($"{BackupArchive.Photos}/{name}")).ToHashSet();
            if (missingNow.IsSubsetOf(missing)) return missingNow;
            missing = missingNow;
        }
    }

    private async Task AddPhotosAsync(ZipArchive archive, Dictionary<string, string> hashes, CancellationToken cancellationToken)
    {
        await foreach (var (name, _, _) in photos.ListAsync(cancellationToken))
        {
            var entry = $"{BackupArchive.Photos}/{name}";
            if (!PhotoNames.IsFile(name) || hashes.ContainsKey(entry)) continue;
            if (await photos.OpenAsync(name, cancellationToken) is not { } photo) continue; // Deleted meanwhile.
            await using var content = photo;
            await archive.AddAsync(entry, content, CompressionLevel.NoCompression, hashes, cancellationToken);
            progress.Report("Copying photos", hashes.Count);
        }
    }

    private static async Task AddFileAsync(
        ZipArchive archive, string entry, string path, CompressionLevel compression, Dictionary<string, string> hashes,
        CancellationToken cancellationToken)
    {
        await using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        await archive.AddAsync(entry, content, compression, hashes, cancellationToken);
    }
}
