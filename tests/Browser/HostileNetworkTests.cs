using MarketChat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Browser;

public sealed class HostileNetworkTests : HostileNetworkSession
{
    [BrowserFact]
    public Task Two_hundred_messages_through_a_network_that_loses_four_in_ten() =>
        RunSession(seed: 1, halfWay: (_, _) => Task.CompletedTask);
}

public sealed class HostileNetworkAndKilledServerTests : HostileNetworkSession
{
    [BrowserFact]
    public Task Two_hundred_messages_though_the_server_is_killed_half_way() => RunSession(seed: 2, halfWay: async (app, _) =>
    {
        await app.Kill();
        await app.Start();
    });
}

public sealed class HostileNetworkAndReloadedPageTests : HostileNetworkSession
{
    [BrowserFact]
    public Task Two_hundred_messages_though_a_page_is_reloaded_half_way() =>
        RunSession(seed: 3, halfWay: (_, buyer) => buyer.ReloadAsync());
}

/// <summary>
/// Two users send a hundred messages each over an unreliable network. Each session has its own class, because these are the longest tests
/// and classes run in parallel.
/// </summary>
public abstract class HostileNetworkSession : BrowserTest
{
    private const int EachWay = 100;
    private const float MaxWait = 400_000;

    protected async Task RunSession(int seed, Func<AppUnderTestProcess, IPage, Task> halfWay)
    {
        await using var app = new AppUnderTestProcess();
        await app.Start();
        var buyer = await (await Device(app.Url)).SignIn("bob", AppUnderTestProcess.DemoPassword);
        var seller = await (await Device(app.Url)).SignIn("alice", AppUnderTestProcess.DemoPassword);
        await buyer.Open("/chat");
        await buyer.ClickAsync("[data-room-id] a");
        await buyer.WaitForURLAsync("**/chat/*");
        await seller.Open(new Uri(buyer.Url).AbsolutePath);
        var before = await buyer.Stored().CountAsync();
        var network = new HostileNetwork(seed);
        await network.AttachTo(buyer);
        await network.AttachTo(seller);

        await SendAll(buyer, seller, from: 1, to: EachWay / 2);
        await halfWay(app, buyer);
        await SendAll(buyer, seller, from: EachWay / 2 + 1, to: EachWay);

        foreach (var page in new[] { buyer, seller })
        {
            // A page that is reloaded half way holds only the newest messages until it loads the older ones.
            await Wait.Until(
                async () =>
                {
                    await page.EvaluateAsync("document.querySelector('[data-older]:not([hidden]) a')?.click()");
                    return await page.Stored().CountAsync() == before + 2 * EachWay;
                },
                "all messages are on the page",
                every: TimeSpan.FromMilliseconds(250));
            await Expect(page.Locator("[data-messages] .message:not([data-message-id])")).ToHaveCountAsync(0, new() { Timeout = MaxWait });
        }

        var stored = app.Query($"SELECT Payload FROM Messages WHERE ChatRoomId = {new Uri(buyer.Url).Segments[^1]} ORDER BY Rev");
        stored.Where(text => text.StartsWith("사는", StringComparison.Ordinal))
            .ShouldBe(Enumerable.Range(1, EachWay).Select(i => $"사는 사람 {i}"));
        stored.Where(text => text.StartsWith("파는", StringComparison.Ordinal))
            .ShouldBe(Enumerable.Range(1, EachWay).Select(i => $"파는 사람 {i}"));
        (await buyer.Texts()).ShouldBe(stored);
        (await seller.Texts()).ShouldBe(stored);
        network.Lost.ShouldBeGreaterThan(2 * EachWay / 4, "the network was not hostile");
    }

    private static async Task SendAll(IPage buyer, IPage seller, int from, int to)
    {
        for (var i = from; i <= to; i++)
        {
            await buyer.Say($"사는 사람 {i}");
            await seller.Say($"파는 사람 {i}");
        }
    }
}
