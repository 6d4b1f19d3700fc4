using System.Globalization;
using System.IO.Compression;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Data.Sqlite;
using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Operations;

/// <summary>
/// Replaces the data in the storage with a backup. The backup is unpacked and checked before anything is changed. The data that it replaces
/// is moved to a folder <c>replaced-...</c>, not deleted.
/// </summary>
public sealed class BackupRestorer(MarketDb db, StoragePaths paths, StorageLock storage, TimeProvider time)
{
    private const string Unpacked = "restoring";

    /// <returns>A sentence for the operator with the folder of the previous data.</returns>
    /// <exception cref="OperatorException">
    /// The app is running on the storage, or the file is missing, damaged, not a backup, or of a later version.
    /// </exception>
    public async Task<string> RestoreAsync(string file, CancellationToken cancellationToken)
    {
        storage.AcquireOrThrow(db.FilePath());
        await UnpackAsync(file, cancellationToken);
        await PrepareAsync(cancellationToken);
        var archive = ArchiveCurrent();
        PromoteRestored();
        return $"Restored {Path.GetFullPath(file)}. The previous data is in {archive}.";
    }

    private async Task UnpackAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file)) throw new OperatorException($"The backup file {Path.GetFullPath(file)} does not exist.");
        if (Directory.Exists(paths.PathTo(Unpacked))) Directory.Delete(paths.PathTo(Unpacked), recursive: true);
        try
        {
            await using var archive = await ZipFile.OpenReadAsync(file, cancellationToken);
            if (archive.GetEntry(BackupWriter.DatabaseEntry) is null)
            {
                throw new OperatorException($"{file} is not a backup of this app: it contains no {BackupWriter.DatabaseEntry}.");
            }

            await archive.ExtractToDirectoryAsync(paths.Folder(Unpacked), cancellationToken); // Throws on paths outside the folder.
        }
        catch (InvalidDataException exception)
        {
            throw new OperatorException($"{file} is not a backup of this app: {exception.Message}", exception);
        }
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var restored = db.OpenFile(UnpackedPath(BackupWriter.DatabaseEntry));
        await restored.ThrowIfNewerAsync(cancellationToken);
        if (await restored.Engine.CheckIntegrityAsync(restored, cancellationToken) is [var problem, ..])
        {
            throw new OperatorException($"The database in the backup is damaged: {problem}");
        }

        var rev = ChatRoom.InitialRevisionAfterRestore(time.GetUtcNow());
        await restored.ChatRooms.ExecuteUpdateAsync(room => room.SetProperty(r => r.Rev, rev), cancellationToken);
        await restored.DisableWalAsync(cancellationToken);
    }

    private string ArchiveCurrent()
    {
        var archive = paths.Folder($"replaced-{time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}");
        foreach (var path in new[] { db.FilePath(), $"{db.FilePath()}-wal", $"{db.FilePath()}-shm", paths.PathTo(BackupWriter.Photos),
            paths.PathTo(BackupWriter.Keys) })
        {
            Move(path, Path.Combine(archive, Path.GetFileName(path)));
        }

        return archive;
    }

    private void PromoteRestored()
    {
        Move(UnpackedPath(BackupWriter.DatabaseEntry), db.FilePath());
        Move(UnpackedPath(BackupWriter.Photos), paths.PathTo(BackupWriter.Photos));
        Move(UnpackedPath(BackupWriter.Keys), paths.PathTo(BackupWriter.Keys));
        Directory.Delete(paths.PathTo(Unpacked), recursive: true);
    }

    private string UnpackedPath(string name) => Path.Combine(paths.PathTo(Unpacked), name);

    private static void Move(string from, string to)
    {
        if (File.Exists(from)) File.Move(from, to);
        else if (Directory.Exists(from)) Directory.Move(from, to);
    }
}
