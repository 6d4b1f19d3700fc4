using System.Diagnostics;
using System.IO.Compression;
using MarketChat.Infrastructure.Photos;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Operations;

[Trait("Category", "Sqlite")]
[Trait("Category", "Slow")]
public sealed class BackupTests
{
    [Fact]
    public async Task A_backup_made_while_people_write_is_sound_and_brings_everything_back()
    {
        await using var app = new AppUnderTestProcess();
        await app.Start();
        var bob = await app.SignedIn("bob");
        await Send(bob, "백업 전");
        using var stop = new CancellationTokenSource();
        var writing = KeepSending(bob, stop.Token);

        var file = Path.Combine(app.Storage, "monday.zip");
        var (exitCode, said) = await app.Run("backup", file);
        await stop.CancelAsync();
        var sent = await writing;

        exitCode.ShouldBe(0, said);
        sent.ShouldBeGreaterThan(0, "people could write meanwhile");
        (await app.Run("backup", file)).Output.ShouldContain("already exists");
        await Send(bob, "백업 뒤");
        (await app.Run("restore", file)).Output.ShouldContain("Another MarketChat is running");
        await app.Stop();

        await using var elsewhere = new AppUnderTestProcess();
        (await elsewhere.Run("restore", file)).ExitCode.ShouldBe(0);
        (await elsewhere.Run("check")).ExitCode.ShouldBe(0, "the photos are there, too");
        elsewhere.Query("SELECT Payload FROM Messages").ShouldContain("백업 전");
        elsewhere.Query("SELECT Payload FROM Messages").ShouldNotContain("백업 뒤");

        var (restored, where) = await app.Run("restore", file);
        restored.ShouldBe(0, where);
        await app.Start();
        var page = await bob.Page("/chat/2"); // The session is still valid, because the backup contains its keys.
        page.QuerySelectorAll("[data-text]").Select(text => text.TextContent).ShouldNotContain("백업 뒤");
        var photo = (await bob.Page("/products/9")).QuerySelector("img[src^='/photos/']")!.GetAttribute("src")!;
        (await bob.Scenario(s => s.Get.Url(photo))).StatusCode.ShouldBe(200);
        Directory.GetDirectories(app.Storage, "replaced-*").ShouldHaveSingleItem();
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData("nothing.zip", null, "does not exist")]
    [InlineData("words.zip", "this is no archive", "not a backup of this app")]
    [InlineData("empty.zip", "", "not a backup of this app")]
    public async Task What_is_no_backup_is_refused_and_nothing_is_touched(string name, string? content, string reason)
    {
        await using var app = new AppUnderTestProcess();
        var file = Path.Combine(app.Storage, name);
        if (content is not null) await File.WriteAllTextAsync(file, content);

        var (exitCode, said) = await app.Run("restore", file);

        exitCode.ShouldBe(1);
        said.ShouldContain(reason);
        Directory.GetDirectories(app.Storage, "replaced-*").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_backup_that_leads_outside_its_folder_or_holds_a_broken_database_is_refused()
    {
        await using var app = new AppUnderTestProcess();
        var outside = Path.Combine(app.Storage, "outside.zip");
        await Archive(outside, ("market.db", "x"), ("../../escaped", "x"));
        (await app.Run("restore", outside)).ExitCode.ShouldBe(1);
        File.Exists(Path.Combine(app.Storage, "../escaped")).ShouldBeFalse();

        var broken = Path.Combine(app.Storage, "broken.zip");
        await Archive(broken, ("market.db", new string('x', 5_000)));
        var (exitCode, said) = await app.Run("restore", broken);
        exitCode.ShouldBe(1);
        said.ShouldContain("not a database");
    }

    [Fact]
    public async Task A_damaged_backup_is_refused_and_leaves_nothing_behind()
    {
        await using var app = new AppUnderTestProcess();
        DemoStorage.CopyTo(app.Storage);
        var file = Path.Combine(app.Storage, "backup.zip");
        (await app.Run("backup", file)).ExitCode.ShouldBe(0);
        var before = Entries(app);
        var backup = await File.ReadAllBytesAsync(file);
        List<(string What, Func<Task> Harm)> harms =
        [
            ("was changed", () => Change(file, archive => Rewrite(archive, FirstIn(archive, "photos")))),
            ("was changed", () => Change(file, archive => Rewrite(archive, FirstIn(archive, "keys")))),
            ("is missing", () => Change(file, archive => FirstIn(archive, "photos").Delete())),
            ("is missing", () => Change(file, archive => FirstIn(archive, "keys").Delete())),
            ("is missing", () => Change(file, archive =>
            {
                archive.GetEntry("SHA256SUMS")!.Delete(); // As in a backup of an earlier version.
                archive.Entries.First(e => PhotoNames.IsValid(e.Name)).Delete();
            })),
            ("was changed", () => Change(file, archive => archive.CreateEntry("photos/more.webp"))),
            ("does not belong", () => Change(file, archive => archive.CreateEntry("etc/passwd"))),
            ("damaged", () => File.WriteAllBytesAsync(file, backup[..^1000])),
        ];
        foreach (var (what, harm) in harms)
        {
            await File.WriteAllBytesAsync(file, backup);
            await harm();

            var (exitCode, said) = await app.Run("restore", file);

            exitCode.ShouldBe(1, said);
            said.ShouldContain(what);
            Entries(app).ShouldBe(before);
        }
    }

    [Fact]
    public async Task Photos_on_a_file_system_of_their_own_are_restored_there()
    {
        await using var app = new AppUnderTestProcess();
        DemoStorage.CopyTo(app.Storage);
        var file = Path.Combine(app.Storage, "backup.zip");
        (await app.Run("backup", file)).ExitCode.ShouldBe(0);
        var elsewhere = Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(),
            $"market-photos-{Guid.NewGuid():N}"));
        try
        {
            var photos = Path.Combine(app.Storage, "photos");
            Directory.Delete(photos, recursive: true);
            Directory.CreateSymbolicLink(photos, elsewhere.FullName);

            (await app.Run("restore", file)).ExitCode.ShouldBe(0);

            elsewhere.GetFiles().ShouldNotBeEmpty();
            (await app.Run("check")).ExitCode.ShouldBe(0);
        }
        finally
        {
            elsewhere.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task What_root_restores_belongs_to_the_owner_of_the_storage()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root") return; // Only root can create files for another user.
        await using var app = new AppUnderTestProcess();
        DemoStorage.CopyTo(app.Storage);
        var file = Path.Combine(app.Storage, "backup.zip");
        (await app.Run("backup", file)).ExitCode.ShouldBe(0);
        using (var give = Process.Start("chown", ["-R", "65534:65534", app.Storage])) await give.WaitForExitAsync();

        (await app.Run("restore", file)).ExitCode.ShouldBe(0);
        (await app.Run("check")).ExitCode.ShouldBe(0);

        using var find = Process.Start(
            new ProcessStartInfo("find", [app.Storage, "-not", "-user", "65534"]) { RedirectStandardOutput = true })!;
        (await find.StandardOutput.ReadToEndAsync()).ShouldBeEmpty();
    }

    private static List<string> Entries(AppUnderTestProcess app) =>
        [.. Directory.GetFileSystemEntries(app.Storage, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) != ".lock").Order()];

    private static ZipArchiveEntry FirstIn(ZipArchive archive, string folder) =>
        archive.Entries.First(entry => entry.FullName.StartsWith($"{folder}/", StringComparison.Ordinal));

    private static async Task Change(string file, Action<ZipArchive> change)
    {
        await using var archive = await ZipFile.OpenAsync(file, ZipArchiveMode.Update);
        change(archive);
    }

    private static void Rewrite(ZipArchive archive, ZipArchiveEntry entry)
    {
        var name = entry.FullName;
        entry.Delete();
        using var content = archive.CreateEntry(name).Open();
        content.WriteByte(1);
    }

    private static async Task Archive(string file, params (string Name, string Content)[] entries)
    {
        await using var archive = await ZipFile.OpenAsync(file, ZipArchiveMode.Create);
        foreach (var (name, content) in entries)
        {
            await using var entry = await archive.CreateEntry(name).OpenAsync();
            await entry.WriteAsync(System.Text.Encoding.UTF8.GetBytes(content));
        }
    }

    private static async Task<int> KeepSending(TestBrowser sender, CancellationToken stop)
    {
        var sent = 0;
        for (; !stop.IsCancellationRequested; sent++) await Send(sender, $"쓰는 중 {sent}");
        return sent;
    }

    internal static async Task Send(TestBrowser sender, string text)
    {
        var token = await sender.Token();
        await sender.Scenario(s =>
        {
            s.Post.Form(("payload", text), ("clientId", $"{Guid.NewGuid()}")).ToUrl("/chat/2/send");
            s.AsScript(token);
            s.StatusCodeShouldBe(201);
        });
    }
}
