using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Operations;
using MarketChat.Infrastructure.Photos;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Infrastructure.Photos;

public sealed class PhotoCleanupTests : IAsyncDisposable
{
    private readonly MarketHost _host = new();

    private string Folder => Path.Combine(_host.StorageRoot, "photos");

    [Fact]
    public async Task What_nothing_names_is_deleted_when_it_is_a_day_old()
    {
        var user = await _host.AddUser("alice");
        var photo = await _host.AddPhoto(user.Id, TestImages.Jpeg(800, 600));
        var orphan = Path.Combine(Folder, PhotoNames.NewPublic());
        var unfinished = $"{orphan}.part";
        foreach (var file in new[] { orphan, unfinished }) await File.WriteAllBytesAsync(file, TestImages.Jpeg());

        _host.Clock.Advance(PhotoCleanupService.Expiration - TimeSpan.FromHours(1));
        await CleanUp();
        Directory.GetFiles(Folder).Length.ShouldBe(5, "there is an hour left");

        _host.Clock.Advance(TimeSpan.FromHours(2));
        await CleanUp();
        Directory.GetFiles(Folder).ShouldBeEmpty();
        (await _host.Data(db => db.StoredPhotos.AnyAsync(p => p.Name == photo.Name))).ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_shown_stays_however_old_it_is()
    {
        var alice = await _host.SignedIn("alice");
        var token = await alice.Token();
        await alice.Scenario(s =>
        {
            s.Post.Form(("__RequestVerificationToken", token), ("title", "의자"), ("price", "1000"), ("description", "튼튼해요"))
                .File("photo", TestImages.Jpeg(800, 600)).ToUrl("/products/post");
            s.StatusCodeShouldBe(303);
        });
        await alice.Scenario(s =>
        {
            s.Post.Form(("__RequestVerificationToken", token), ("userName", alice.Name), ("language", ""))
                .File("avatar", TestImages.Png()).ToUrl("/account/profile");
            s.StatusCodeShouldBe(303);
        });
        var files = Directory.GetFiles(Folder).Order().ToList();
        files.Count.ShouldBe(4);

        _host.Clock.Advance(TimeSpan.FromDays(400));
        await CleanUp();

        Directory.GetFiles(Folder).Order().ShouldBe(files);
        (await Findings()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_cannot_be_deleted_is_deleted_another_time_and_holds_up_nothing()
    {
        var undeletable = Path.Combine(Folder, PhotoNames.NewPublic());
        await _host.AddUser("alice");
        var orphans = Enumerable.Range(0, 3).Select(_ => Path.Combine(Folder, PhotoNames.NewPublic())).Append(undeletable).ToList();
        foreach (var file in orphans)
        {
            await File.WriteAllBytesAsync(file, TestImages.Jpeg());
            File.SetLastWriteTimeUtc(file, _host.Clock.UtcNow.AddDays(-2)); // Advancing the clock would also start the app's own cleanup.
        }

        var storage = new UndeletableFileStorage(_host.Services.GetRequiredService<IPhotoStorage>(), Path.GetFileName(undeletable));

        await CleanUp(storage);
        Directory.GetFiles(Folder).ShouldBe([undeletable]);

        await CleanUp();
        Directory.GetFiles(Folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_check_finds_what_is_missing_and_what_belongs_to_nothing()
    {
        var user = await _host.AddUser("alice");
        var (shown, staged) = (await _host.AddPhoto(user.Id), await _host.AddPhoto(user.Id));
        var orphan = Path.Combine(Folder, PhotoNames.NewPublic());
        await File.WriteAllBytesAsync(orphan, TestImages.Jpeg());
        await _host.Data(db => db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.Avatar, shown.Name)));
        await _host.Data(db => db.StoredPhotos.Named([shown.Name]).ExecuteUpdateAsync(set => set.SetProperty(p => p.IsStaged, false)));
        (await Findings()).ShouldBeEmpty("a young orphan may be an upload on its way");

        File.SetLastWriteTimeUtc(orphan, _host.Clock.UtcNow.AddDays(-2));
        (await Findings()).ShouldHaveSingleItem().ShouldStartWith("Files that belong to no photo: ");

        _host.Clock.Advance(TimeSpan.FromDays(2));
        await CleanUp();
        (await Findings()).ShouldBeEmpty();
        File.Exists(Path.Combine(Folder, staged.Name)).ShouldBeFalse();

        File.Delete(Path.Combine(Folder, shown.Name));
        (await Findings()).ShouldBe([$"Photos without a file: {shown.Name}"]);

        await _host.Data(db => db.StoredPhotos.Named([shown.Name]).ExecuteDeleteAsync());
        (await Findings()).ShouldContain($"Photos without a row in StoredPhotos: {shown.Name}");
    }

    [Fact]
    public async Task A_recorded_photo_that_nothing_names_is_found()
    {
        var photo = await _host.AddPhoto((await _host.AddUser("alice")).Id);
        await _host.Data(db => db.StoredPhotos.Named([photo.Name]).ExecuteUpdateAsync(set => set.SetProperty(p => p.IsStaged, false)));
        (await Findings()).ShouldBe([$"Rows of StoredPhotos that nothing refers to: {photo.Name}"]);
    }

    [Fact]
    public async Task Photos_of_former_versions_are_measured()
    {
        var photo = await _host.AddPhoto((await _host.AddUser("alice")).Id, TestImages.Jpeg(800, 600));
        await _host.Data(db => db.StoredPhotos.ExecuteUpdateAsync(set => set.SetProperty(p => p.Bytes, 0)));

        await CleanUp();

        (await _host.Data(db => db.StoredPhotos.SingleAsync())).Bytes.ShouldBe(photo.Bytes);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task CleanUp(IPhotoStorage? storage = null)
    {
        var service = storage is null
            ? _host.Services.GetRequiredService<PhotoCleanupService>()
            : ActivatorUtilities.CreateInstance<PhotoCleanupService>(_host.Services, storage);
        await service.CleanUpAsync(CancellationToken.None);
    }

    private async Task<IReadOnlyList<string>> Findings()
    {
        await using var scope = _host.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<ConsistencyChecker>().RunAsync(CancellationToken.None)).Findings;
    }

    /// <summary>Storage in which one file cannot be deleted.</summary>
    private sealed class UndeletableFileStorage(IPhotoStorage storage, string undeletable) : IPhotoStorage
    {
        public Task SaveAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            storage.SaveAsync(name, content, cancellationToken);

        public Task<Stream?> OpenAsync(string name, CancellationToken cancellationToken) => storage.OpenAsync(name, cancellationToken);

        public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
            name == undeletable ? throw new IOException("The file is in use.") : storage.DeleteAsync(name, cancellationToken);

        public IAsyncEnumerable<PhotoStorageEntry> ListAsync(CancellationToken cancellationToken) => storage.ListAsync(cancellationToken);
    }
}
