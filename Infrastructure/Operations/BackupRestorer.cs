using System.Globalization;
using System.IO.Compression;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Operations;

/// <summary>
/// Puts a backup in the place of what is stored. The backup is unpacked and looked over before anything is touched, and what it
/// replaces is moved aside, not deleted.
/// </summary>
public sealed class BackupRestorer(MarketDb db, StoragePaths root, StorageLock storage, TimeProvider time)
{
    private const string Unpacked = "restoring";

    /// <returns>A sentence that says what was done.</returns>
    /// <exception cref="OperatorException">
    /// The app is running on the storage, or the file is no sound backup that this version can read.
    /// </exception>
    public async Task<string> RestoreAsync(string file, CancellationToken cancellationToken)
    {
        storage.AcquireOrThrow();
        await UnpackAsync(file, cancellationToken);
        await PrepareAsync(cancellationToken);
        var aside = ArchiveCurrent();
        PromoteRestored();
        return $"{Path.GetFullPath(file)} is restored. What was there before is in {aside}.";
    }

    private async Task UnpackAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file)) throw new OperatorException($"There is no file {Path.GetFullPath(file)}.");
        if (Directory.Exists(root.PathTo(Unpacked))) Directory.Delete(root.PathTo(Unpacked), recursive: true);
        try
        {
            await using var archive = await ZipFile.OpenReadAsync(file, cancellationToken);
            if (archive.GetEntry(BackupWriter.DatabaseEntry) is null)
            {
                throw new OperatorException($"{file} is no backup of this app: it holds no {BackupWriter.DatabaseEntry}.");
            }

            await archive.ExtractToDirectoryAsync(root.Folder(Unpacked), cancellationToken); // Refuses names that lead outside.
        }
        catch (InvalidDataException exception)
        {
            throw new OperatorException($"{file} is no backup of this app: {exception.Message}", exception);
        }
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var restored = db.OpenFile(UnpackedPath(BackupWriter.DatabaseEntry));
        await restored.ThrowIfNewerAsync(cancellationToken);
        if (await restored.CheckIntegrityAsync(cancellationToken) is [var damage, ..])
        {
            throw new OperatorException($"The backup is damaged: {damage}");
        }

        var revs = ChatRoom.InitialRevisionAfterRestore(time.GetUtcNow());
        await restored.ChatRooms.ExecuteUpdateAsync(room => room.SetProperty(r => r.Rev, revs), cancellationToken);
        await restored.DisableWalAsync(cancellationToken);
    }

    private string ArchiveCurrent()
    {
        var aside = root.Folder($"replaced-{time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}");
        foreach (var path in new[] { db.FilePath(), $"{db.FilePath()}-wal", $"{db.FilePath()}-shm", root.PathTo(BackupWriter.Photos),
            root.PathTo(BackupWriter.Keys) })
        {
            Move(path, Path.Combine(aside, Path.GetFileName(path)));
        }

        return aside;
    }

    private void PromoteRestored()
    {
        Move(UnpackedPath(BackupWriter.DatabaseEntry), db.FilePath());
        Move(UnpackedPath(BackupWriter.Photos), root.PathTo(BackupWriter.Photos));
        Move(UnpackedPath(BackupWriter.Keys), root.PathTo(BackupWriter.Keys));
        Directory.Delete(root.PathTo(Unpacked), recursive: true);
    }

    private string UnpackedPath(string name) => Path.Combine(root.PathTo(Unpacked), name);

    private static void Move(string from, string to)
    {
        if (File.Exists(from)) File.Move(from, to);
        else if (Directory.Exists(from)) Directory.Move(from, to);
    }
}
