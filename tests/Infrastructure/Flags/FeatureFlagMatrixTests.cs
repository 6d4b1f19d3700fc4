using System.Reflection;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Tests.Infrastructure.Security;
using MarketChat.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Infrastructure.Flags;

/// <summary>
/// Two users can chat about a product with any combination of optional features: none, each alone, and all but each. The flags come from
/// the app's settings, so that a new flag is included automatically.
/// </summary>
[Trait("Category", "Slow")]
public sealed class FeatureFlagMatrixTests
{
    private static readonly string _appRoot = typeof(FeatureFlagMatrixTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "AppRoot").Value!;

    private static readonly string[] _flags = [.. new ConfigurationBuilder().AddJsonFile(Path.Combine(_appRoot, "appsettings.json")).Build()
        .GetSection("FeatureManagement").GetChildren().Select(flag => flag.Key)];

    public static TheoryData<string, string[]> Combinations
    {
        get
        {
            var combinations = new TheoryData<string, string[]> { { "none", [] } };
            foreach (var flag in _flags) combinations.Add($"only {flag}", [flag]);
            foreach (var flag in _flags) combinations.Add($"all but {flag}", [.. _flags.Except([flag])]);
            return combinations;
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Two_people_can_talk_and_every_page_is_there_or_404(string features, string[] on)
    {
        await using var host = new MarketHost();
        foreach (var flag in _flags) host.With($"FeatureManagement:{flag}", $"{on.Contains(flag)}");

        var talk = await MeetWithoutScripts(host);
        await TalkWithScripts(talk, on.Contains(LongPolling.Flag));
        await LookAtEveryPage(host, talk, on);

        host.ErrorsInLog().ShouldBeEmpty(features);
    }

    private static async Task<Conversation> MeetWithoutScripts(MarketHost host)
    {
        var (seller, buyer) = (await host.SignedIn("seller"), await host.SignedIn("buyer"));
        var product = await host.AddProduct(seller.Id);

        var opened = await buyer.Submit($"/products/{product.Id}", "form[data-start-chat]");
        opened.StatusCode.ShouldBe(303);
        var url = opened.Location.ShouldNotBeNull();
        (await buyer.Submit(url, "form[data-composer]", ("payload", "아직 있나요?"))).StatusCode.ShouldBe(303);

        (await buyer.Page(url)).QuerySelector("[data-message-id][data-mine]").ShouldNotBeNull().TextContent.ShouldContain("아직 있나요?");
        (await seller.Page("/")).QuerySelector("[data-badge]").ShouldNotBeNull().TextContent.Trim().ShouldStartWith("1");
        (await seller.Page("/chat")).QuerySelector("[data-room-id][data-unread]").ShouldNotBeNull().TextContent.ShouldContain("아직 있나요?");
        return new Conversation(host, seller, buyer, product, int.Parse(url.Split('/')[^1]));
    }

    private static async Task TalkWithScripts(Conversation talk, bool holds)
    {
        var second = await talk.Send(talk.Buyer, "오늘 갈게요");
        var news = await talk.Poll(talk.Seller);
        news.Messages.Select(message => message.Payload).ShouldBe(["아직 있나요?", "오늘 갈게요"]);
        news.UnreadRooms.ShouldBe(1);

        var question = $"&version={news.Version}&wait={(holds ? 300 : 1)}";
        var poll = talk.Seller.Scenario(s =>
        {
            s.Get.Url($"{talk.Url}?handler=Messages&after={news.Rev}{question}");
            s.IgnoreStatusCode();
        });
        var notifier = talk.Host.Services.GetRequiredService<ChangeNotifier>();
        if (holds) await Wait.Until(() => notifier.GetWaiterCount(talk.Seller.Id) == 1, "the poll is held");
        else (await poll).StatusCode.ShouldBe(204);
        var third = await talk.Send(talk.Buyer, "세 시쯤요");
        if (holds) (await poll).ReadAsJson<ApiContracts.RoomChangesResponse>().Messages.ShouldHaveSingleItem().Id.ShouldBe(third.Id);

        (await talk.MarkRead(talk.Seller, third.Id)).StatusCode.ShouldBe(204);
        (await Ask("/badge")).ReadAsJson<ApiContracts.Badge>().UnreadRooms.ShouldBe(0);
        (await talk.Poll(talk.Buyer)).CounterpartReadUpTo.ShouldBe(third.Id);
        var room = (await Ask("/chat?handler=Rooms")).ReadAsJson().GetProperty("rooms").EnumerateArray().ShouldHaveSingleItem();
        room.GetProperty("id").GetInt32().ShouldBe(talk.RoomId);
        (await Ask($"{talk.Url}?handler=History&before={third.Id}")).ReadAsJson<ApiContracts.History>().Messages[^1].Id.ShouldBe(second.Id);

        Task<IScenarioResult> Ask(string url) => talk.Seller.Scenario(s =>
        {
            s.Get.Url(url);
            s.AsScript();
            s.StatusCodeShouldBeOk();
        });
    }

    private static async Task LookAtEveryPage(MarketHost host, Conversation talk, string[] on)
    {
        var people = new[] { talk.Buyer, await host.SignedIn("stranger"), host.Browser() };
        var token = await talk.Buyer.Token();
        foreach (var route in await AppRoute.AllOf(host))
        {
            var isOff = route.Flag is not null && !on.Contains(route.Flag);
            if (isOff) (await Try(route, talk.Buyer, "text/html")).ShouldBe(404, $"{route}");
            if (isOff) (await Try(route, talk.Buyer, "application/json")).ShouldBe(404, $"{route}");
            if (route.ChangesSomething) continue; // A request that changes data would affect the next check.
            foreach (var person in people) (await Try(route, person, "text/html")).ShouldBeLessThan(500, $"{route}");
        }

        async Task<int> Try(AppRoute route, TestBrowser person, string accept) => (await person.Scenario(s =>
        {
            s.By(route.Method).Form(AuthorizationMatrixTests.FormOf(route)).ToUrl(route.UrlIn(talk));
            s.WithRequestHeader("RequestVerificationToken", token);
            s.WithRequestHeader("Accept", accept);
            s.IgnoreStatusCode();
        })).StatusCode;
    }
}
