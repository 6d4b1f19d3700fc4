using System.IO.Compression;
using System.Runtime.CompilerServices;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Operations;
using MarketChat.Infrastructure.Photos;
using MarketChat.Infrastructure.Storage;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Infrastructure.Operations;

/// <summary>Photos that are added and removed between the steps of a backup.</summary>
[Trait("Category", "Sqlite")]
public sealed class BackupWhileWritingTests
{
    [Fact]
    public async Task A_photo_that_comes_and_goes_during_a_backup_is_not_missing_in_it()
    {
        await using var host = new MarketHost();
        var bob = await host.SignedIn();
        await SetAvatar(host, bob.Id);

        // The first look at the photos is over when the next photo comes; it goes as soon as the database is copied, and another one comes.
        var file = await Backup(host, look => look <= 3 ? ReplaceAvatar(host, bob.Id) : Task.CompletedTask);

        await using var archive = await ZipFile.OpenReadAsync(file);
        var names = archive.Entries.Select(entry => entry.FullName).ToHashSet();
        (await ReferencedBy(archive, host)).ShouldAllBe(photo => names.Contains($"photos/{photo}"));
        names.ShouldNotContain(BackupArchive.MissingPhotos);
    }

    [Fact]
    public async Task A_photo_that_was_lost_before_is_named_and_does_not_stop_the_backup()
    {
        await using var host = new MarketHost();
        var bob = await host.SignedIn();
        var photo = await SetAvatar(host, bob.Id);
        foreach (var lost in PhotoNames.FilesOf(photo)) File.Delete(Path.Combine(host.StorageRoot, "photos", lost));

        var file = await Backup(host, _ => Task.CompletedTask);

        await using var archive = await ZipFile.OpenReadAsync(file);
        using var missing = new StreamReader(await archive.GetEntry(BackupArchive.MissingPhotos).ShouldNotBeNull().OpenAsync());
        (await missing.ReadToEndAsync()).ShouldBe(photo);
    }

    private static async Task<string> Backup(MarketHost host, Func<int, Task> betweenLooks)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var storage = new WatchedStorage(services.GetRequiredService<IPhotoStorage>(), betweenLooks);
        var file = Path.Combine(host.StorageRoot, "backup.zip");
        await new BackupWriter(services.GetRequiredService<MarketDb>(), services.GetRequiredService<StoragePaths>(), storage,
            services.GetRequiredService<OperatorProgress>()).WriteAsync(file, CancellationToken.None);
        return file;
    }

    private static async Task<string> SetAvatar(MarketHost host, int userId)
    {
        var photo = await host.AddPhoto(userId);
        await host.Data(db => db.Database.ExecuteSqlAsync(
            $"UPDATE StoredPhotos SET IsStaged = 0; UPDATE AspNetUsers SET Avatar = {photo.Name} WHERE Id = {userId}"));
        return photo.Name;
    }

    private static async Task ReplaceAvatar(MarketHost host, int userId)
    {
        var previous = await host.Data(db => db.Users.Where(u => u.Id == userId).Select(u => u.Avatar!).SingleAsync());
        await SetAvatar(host, userId);
        await using var scope = host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<PhotoStore>().DeleteAsync([previous]);
    }

    private static async Task<IReadOnlyCollection<string>> ReferencedBy(ZipArchive archive, MarketHost host)
    {
        var copy = Path.Combine(host.StorageRoot, "copy.db");
        await archive.GetEntry(BackupArchive.Database)!.ExtractToFileAsync(copy);
        return await host.Data(async db =>
        {
            await using var copied = MarketChat.Infrastructure.Data.Sqlite.SqliteDatabase.OpenFile(db, copy);
            return await copied.GetReferencedPhotosAsync(CancellationToken.None);
        });
    }

    /// <summary>Calls back with the number of the look each time after all files were listed.</summary>
    private sealed class WatchedStorage(IPhotoStorage storage, Func<int, Task> afterLook) : IPhotoStorage
    {
        private int _looks;

        public Task SaveAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            storage.SaveAsync(name, content, cancellationToken);

        public Task<Stream?> OpenAsync(string name, CancellationToken cancellationToken) => storage.OpenAsync(name, cancellationToken);

        public Task DeleteAsync(string name, CancellationToken cancellationToken) => storage.DeleteAsync(name, cancellationToken);

        public async IAsyncEnumerable<PhotoStorageEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            // Before all looks but the first one: after the copy of the database.
            if (_looks > 0) await afterLook(_looks);
            await foreach (var entry in storage.ListAsync(cancellationToken)) yield return entry;
            if (++_looks == 1) await afterLook(0);
        }
    }
}
