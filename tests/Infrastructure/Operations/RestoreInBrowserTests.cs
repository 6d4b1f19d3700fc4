using MarketChat.Tests.Browser;
using MarketChat.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Infrastructure.Operations;

public sealed class RestoreInBrowserTests : BrowserTest
{
    [BrowserFact]
    public async Task A_page_left_open_while_a_backup_is_restored_shows_what_is_true_again()
    {
        await using var app = new AppUnderTestProcess();
        await app.Start();
        var bob = await (await Device(app.Url)).SignIn("bob", AppUnderTestProcess.DemoPassword);
        var alice = await (await Device(app.Url)).SignIn("alice", AppUnderTestProcess.DemoPassword);
        foreach (var page in new[] { bob, alice }) await (await page.SpeedUpTimers()).Open("/chat/2");
        var file = Path.Combine(app.Storage, "backup.zip");
        (await app.Run("backup", file)).ExitCode.ShouldBe(0);
        await bob.Say("사라질 말");
        await alice.ShouldSee("사라질 말");
        await app.Stop();
        (await app.Run("restore", file)).ExitCode.ShouldBe(0);
        await app.Start();

        // The room's revision exceeds the pages' revision, so that only the history identifier shows the restore.
        var charlie = await app.SignedIn("bob");
        for (var i = 1; i <= 3; i++) await BackupTests.Send(charlie, $"새로운 말 {i}");

        foreach (var page in new[] { bob, alice })
        {
            await page.ShouldSee("새로운 말 3");
            await Expect(page.Messages().Filter(new() { HasTextString = "사라질 말" })).ToHaveCountAsync(0);
            (await page.Texts()).TakeLast(3).ShouldBe(["새로운 말 1", "새로운 말 2", "새로운 말 3"]);
        }
    }
}
