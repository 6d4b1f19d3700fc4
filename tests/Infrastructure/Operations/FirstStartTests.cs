using System.Globalization;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Operations;

[Trait("Category", "Slow")]
public sealed class FirstStartTests
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    [Fact]
    public async Task A_first_start_warns_of_nothing_and_its_files_are_for_its_user_only()
    {
        await using var app = new AppUnderTestProcess { EnvironmentName = "Production", StartsWithoutData = true };
        await app.Start();
        var bob = await app.SignedIn("bob");
        foreach (var page in new[] { "/", "/products/9", "/chat", "/chat/2", "/account/profile" }) await bob.Page(page);
        await BackupTests.Send(bob, "안녕하세요");
        (await bob.Submit("/account/profile", "form[data-profile]")).StatusCode.ShouldBe(303);
        (await app.Run("backup", Path.Combine(app.Storage, "backup.zip"))).ExitCode.ShouldBe(0);
        await app.Stop();

        Log(app).ShouldNotContain("\"Level\":\"Warning\"");
        Log(app).ShouldNotContain("\"Level\":\"Error\"");
        if (OperatingSystem.IsWindows()) return;
        foreach (var path in Directory.GetFileSystemEntries(app.Storage, "*", SearchOption.AllDirectories))
        {
            (File.GetUnixFileMode(path) & Others).ShouldBe(UnixFileMode.None, path);
        }
    }

    [Fact]
    public async Task Without_a_time_zone_database_times_are_Korean_and_the_log_says_so()
    {
        await using var app = new AppUnderTestProcess();
        await app.Start("env", "TZDIR=/nowhere");
        var bob = await app.SignedIn("bob");
        var time = (await bob.Page("/chat/2")).QuerySelectorAll("time[datetime]").Last();
        await app.Stop();

        var sent = DateTimeOffset.Parse(time.GetAttribute("datetime")!, CultureInfo.InvariantCulture).ToUniversalTime();
        time.TextContent.ShouldContain($"{(sent.Hour + 9) % 12 switch { 0 => 12, var hour => hour }}:{sent.Minute:00}");
        Log(app).ShouldContain("no time zone database");
    }

    private static string Log(AppUnderTestProcess app) =>
        string.Concat(Directory.GetFiles(Path.Combine(app.Storage, "logs")).Select(File.ReadAllText));
}
