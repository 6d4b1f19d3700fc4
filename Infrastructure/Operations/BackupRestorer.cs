using System.Data.Common;
using System.IO.Compression;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Data.Sqlite;
using MarketChat.Infrastructure.Photos;
using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Operations;

/// <summary>
/// Replaces the data in the storage with a backup. The backup is unpacked and checked before anything is changed. The data that it replaces
/// is moved to folders <c>replaced-...</c>, not deleted (<see cref="StorageReplacement"/>).
/// </summary>
public sealed class BackupRestorer(
    MarketDb db, StorageLock storage, StorageReplacement replacement, OperatorProgress progress, TimeProvider time)
{
    /// <returns>A sentence for the operator with the folders of the previous data.</returns>
    /// <exception cref="OperatorException">
    /// The app is running on the storage, or the file is missing, damaged, incomplete, not a backup, or of a later version. The data in the
    /// storage is as before.
    /// </exception>
    public async Task<string> RestoreAsync(string file, CancellationToken cancellationToken)
    {
        storage.AcquireOrThrow(db.FilePath());
        replacement.RollBack();
        try
        {
            replacement.CreateStaging();
            await UnpackAsync(file, cancellationToken);
            await TryPrepareAsync(cancellationToken);
            progress.Report("Replacing the data");
            var replaced = replacement.Replace(time.GetUtcNow());
            return replaced.Count == 0
                ? $"Restored {Path.GetFullPath(file)}."
                : $"Restored {Path.GetFullPath(file)}. The previous data is in {string.Join(", ", replaced)}.";
        }
        catch
        {
            replacement.RollBack(); // Nothing of a refused backup stays.
            throw;
        }
    }

    private async Task UnpackAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file)) throw new OperatorException($"The backup file {Path.GetFullPath(file)} does not exist.");
        try
        {
            await using var archive = await ZipFile.OpenReadAsync(file, cancellationToken);
            if (archive.GetEntry(BackupArchive.Database) is null)
            {
                throw new OperatorException($"{file} is not a backup of this app: it contains no {BackupArchive.Database}.");
            }

            await archive.ExtractAsync(StagedPath, progress, cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or NotSupportedException or EndOfStreamException)
        {
            throw new OperatorException($"{file} is not a backup of this app, or damaged: {exception.Message}", exception);
        }
    }

    private string StagedPath(string folder, string name)
    {
        var place = folder switch
        {
            BackupArchive.Photos => replacement.Photos,
            BackupArchive.Keys => replacement.Keys,
            _ => replacement.Database,
        };
        return Path.Combine(place.Staging, name == BackupArchive.Database ? Path.GetFileName(db.FilePath()) : name);
    }

    private async Task TryPrepareAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PrepareAsync(cancellationToken);
        }
        catch (Exception exception) when (exception.GetBaseException() is DbException cause)
        {
            throw new OperatorException($"The database in the backup is damaged: {cause.Message}", exception);
        }
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        progress.Report("Checking the database of the backup");
        await using var restored = db.OpenFile(StagedPath("", BackupArchive.Database));
        await restored.ThrowIfNewerAsync(cancellationToken);
        if (await restored.Engine.CheckIntegrityAsync(restored, cancellationToken) is [var problem, ..])
        {
            throw new OperatorException($"The database in the backup is damaged: {problem}");
        }

        await MigrateAsync(restored, cancellationToken);
        await CheckPhotosAsync(restored, cancellationToken);
        var rev = ChatRoom.InitialRevisionAfterRestore(time.GetUtcNow());
        await restored.ChatRooms.ExecuteUpdateAsync(room => room.SetProperty(r => r.Rev, rev), cancellationToken);
        await restored.DisableWalAsync(cancellationToken);
    }

    // The backup itself is the copy of the database before its migration.
    private async Task MigrateAsync(MarketDb restored, CancellationToken cancellationToken)
    {
        if (!(await restored.Database.GetAppliedMigrationsAsync(cancellationToken)).Any())
        {
            throw new OperatorException("The database in the backup is not one of this app.");
        }

        if (!(await restored.Database.GetPendingMigrationsAsync(cancellationToken)).Any()) return;
        progress.Report("Migrating the database of the backup");
        await restored.MigrateWithoutCopyAsync(cancellationToken);
    }

    /// <summary>
    /// Refuses a backup without a photo that its database refers to. Deletes photos that the database does not know, because they were
    /// removed while the backup was written.
    /// </summary>
    private async Task CheckPhotosAsync(MarketDb restored, CancellationToken cancellationToken)
    {
        var lost = StagedPath("", BackupArchive.MissingPhotos);
        var expected = await restored.GetReferencedPhotosAsync(cancellationToken);
        if (File.Exists(lost))
        {
            expected.ExceptWith(await File.ReadAllLinesAsync(lost, cancellationToken));
            File.Delete(lost);
        }

        if (expected.FirstOrDefault(name => !File.Exists(StagedPath(BackupArchive.Photos, name))) is { } missing)
        {
            throw BackupArchive.Damaged($"{BackupArchive.Photos}/{missing} is missing");
        }

        var names = await restored.StoredPhotos.Select(photo => photo.Name).ToListAsync(cancellationToken);
        var known = names.Concat(expected).SelectMany(PhotoNames.FilesOf).ToHashSet();
        foreach (var file in Directory.EnumerateFiles(replacement.Photos.Staging).ToList())
        {
            if (!known.Contains(Path.GetFileName(file))) File.Delete(file);
        }
    }
}
