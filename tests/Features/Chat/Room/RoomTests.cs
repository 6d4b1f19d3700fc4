using MarketChat.Infrastructure.Data;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Chat.Room;

public sealed class RoomTests(MarketHost host) : IClassFixture<MarketHost>
{
    [Fact]
    public async Task The_header_shows_whom_one_talks_to_and_what_about()
    {
        var talk = await Conversation.Create(host);

        var page = await talk.Buyer.Page(talk.Url);

        page.QuerySelector("h1.bar__title").ShouldNotBeNull().TextContent.ShouldBe(talk.Seller.Name);
        var product = page.QuerySelector($"a[href='/products/{talk.Product.Id}']").ShouldNotBeNull();
        product.TextContent.ShouldContain("자전거");
        product.TextContent.ShouldContain("320,000원");
        (await talk.Seller.Page(talk.Url)).QuerySelector("h1.bar__title").ShouldNotBeNull().TextContent.ShouldBe(talk.Buyer.Name);
    }

    [Fact]
    public async Task Mine_and_theirs_are_told_apart_and_carry_their_times()
    {
        var talk = await Conversation.Create(host);
        var hello = await talk.Send(talk.Buyer, "안녕하세요");
        var answer = await talk.Send(talk.Seller, "네, 있어요");

        var messages = (await talk.Buyer.Page(talk.Url)).QuerySelectorAll("[data-messages] [data-message-id]");

        messages.Select(m => m.GetAttribute("data-message-id")).ShouldBe([$"{hello.Id}", $"{answer.Id}"]);
        messages.Select(m => m.GetAttribute("data-mine")).ShouldBe(["true", "false"]);
        messages[0].GetAttribute("data-client-id").ShouldBe($"{hello.ClientId}");
        foreach (var (message, element) in new[] { hello, answer }.Zip(messages))
        {
            var time = element.QuerySelector("time").ShouldNotBeNull();
            DateTime.Parse(time.GetAttribute("datetime")!, null, System.Globalization.DateTimeStyles.RoundtripKind)
                .ShouldBe(message.SentAt);
            time.TextContent.ShouldMatch("^(오전|오후) [0-9]{1,2}:[0-9]{2}$");
        }
    }

    [Fact]
    public async Task Messages_of_one_person_within_five_minutes_stand_together_and_each_day_has_its_label()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "하나");
        host.Clock.Advance(TimeSpan.FromSeconds(5));
        await talk.Send(talk.Buyer, "둘");
        host.Clock.Advance(TimeSpan.FromMinutes(6));
        await talk.Send(talk.Buyer, "셋");
        host.Clock.Advance(TimeSpan.FromDays(2));
        await talk.Send(talk.Seller, "넷");

        var page = await talk.Buyer.Page(talk.Url);

        var starts = page.QuerySelectorAll("[data-messages] [data-message-id]").Select(m => m.GetAttribute("data-group-start")).ToList();
        starts[0].ShouldBe("true");
        starts[2].ShouldBe("true");
        starts[3].ShouldBe("true");
        page.QuerySelectorAll("[data-messages] [data-day]").Length.ShouldBeInRange(2, 3); // The six minutes may have crossed midnight.
        page.QuerySelectorAll("[data-messages] [data-day]").Last().TextContent.ShouldBe("오늘");
    }

    [Fact]
    public async Task A_stranger_gets_404_for_someone_elses_room()
    {
        var talk = await Conversation.Create(host);
        var stranger = await host.SignedIn("mallory");

        foreach (var url in new[] { talk.Url, "/chat/999999", $"{talk.Url}?handler=Messages&after=0", $"{talk.Url}?handler=History" })
        {
            await stranger.Scenario(s =>
            {
                s.Get.Url(url);
                s.StatusCodeShouldBe(404);
                s.ContentShouldNotContain(talk.Seller.Name);
            });
        }

        (await talk.MarkRead(stranger, 1)).StatusCode.ShouldBe(404);
    }

    [Fact]
    public async Task A_stranger_who_knows_a_version_still_gets_404()
    {
        var talk = await Conversation.Create(host);
        var stranger = await host.SignedIn("mallory");
        var version = (await stranger.Scenario(s => s.Get.Url("/badge"))).ReadAsJson<ApiContracts.Badge>().Version;
        await talk.Poll(talk.Buyer);

        await stranger.Scenario(s =>
        {
            s.Get.Url($"{talk.Url}?handler=Messages&after=0&version={version}");
            s.StatusCodeShouldBe(404);
        });
    }

    [Fact]
    public async Task A_signed_out_visitor_goes_to_sign_in_and_comes_back()
    {
        var talk = await Conversation.Create(host);

        var result = await host.Browser().Scenario(s =>
        {
            s.Get.Url(talk.Url);
            s.StatusCodeShouldBe(302);
        });

        result.Location.ShouldNotBeNull().ShouldEndWith($"/account/sign-in?returnUrl=%2Fchat%2F{talk.RoomId}");
    }

    [Fact]
    public async Task A_signed_out_poll_gets_401_in_a_sentence()
    {
        var talk = await Conversation.Create(host);
        foreach (var url in new[] { $"{talk.Url}?handler=Messages&after=0", $"{talk.Url}?handler=History" })
        {
            var result = await host.Browser().Scenario(s =>
            {
                s.Get.Url(url);
                s.StatusCodeShouldBe(401);
            });
            result.ReadAsJson<ApiContracts.Problem>().Detail.ShouldBe("로그인이 필요합니다.");
        }
    }

    [Fact]
    public async Task An_empty_room_says_what_to_do()
    {
        var talk = await Conversation.Create(host);

        var page = await talk.Buyer.Page(talk.Url);

        var hint = page.QuerySelector("[data-empty]").ShouldNotBeNull();
        hint.TextContent.ShouldContain(talk.Seller.Name);
        page.QuerySelector("form[data-composer] textarea[name=payload]").ShouldNotBeNull();
    }

    [Fact]
    public async Task The_room_speaks_the_readers_language()
    {
        var talk = await Conversation.Create(host);
        var reader = await host.SignedIn("carol", "en");
        var room = await host.AddRoom(talk.Product, reader.Id);

        var page = await reader.Page($"/chat/{room}");

        page.DocumentElement.GetAttribute("lang").ShouldBe("en");
        page.QuerySelector("textarea").ShouldNotBeNull().GetAttribute("placeholder").ShouldBe("Write a message");
        page.Body!.TextContent.ShouldContain("₩320,000");
    }

    [Fact]
    public async Task The_divider_stands_before_the_first_unread_message_and_is_gone_next_time()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "읽은 것");
        await talk.Seller.Page(talk.Url);
        var unread = await talk.Send(talk.Buyer, "안 읽은 것");

        var first = await talk.Seller.Page(talk.Url);
        var again = await talk.Seller.Page(talk.Url);

        var divider = first.QuerySelector("[data-messages] [data-divider]").ShouldNotBeNull();
        divider.NextElementSibling.ShouldNotBeNull().GetAttribute("data-message-id").ShouldBe($"{unread.Id}");
        again.QuerySelector("[data-messages] [data-divider]").ShouldBeNull();
    }

    [Fact]
    public async Task A_prefetched_room_is_not_read()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "아직 안 본 것");

        await talk.Seller.Scenario(s =>
        {
            s.Get.Url(talk.Url);
            s.WithRequestHeader("Sec-Purpose", "prefetch;prerender");
            s.StatusCodeShouldBeOk();
        });

        (await talk.Poll(talk.Seller)).UnreadRooms.ShouldBe(1);
    }

    [Fact]
    public async Task Older_pages_come_without_scripts_too()
    {
        var talk = await Conversation.Create(host);
        for (var i = 1; i <= 45; i++) await talk.Send(talk.Buyer, $"{i}");
        await talk.Seller.Page(talk.Url);

        var newest = await talk.Seller.Page(talk.Url);
        var older = await talk.Seller.Page(talk.Url + newest.QuerySelector("[data-older] a").ShouldNotBeNull().GetAttribute("href"));

        Texts(older).Concat(Texts(newest)).ShouldBe(Enumerable.Range(1, 45).Select(i => $"{i}"));
        older.QuerySelector("[data-older]").ShouldNotBeNull().HasAttribute("hidden").ShouldBeTrue();
        older.QuerySelector("[data-newer]").ShouldNotBeNull().HasAttribute("hidden").ShouldBeFalse();

        static IEnumerable<string> Texts(AngleSharp.Dom.IDocument page) =>
            page.QuerySelectorAll("[data-messages] [data-text]").Select(m => m.TextContent);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(1000)]
    public async Task Opening_a_room_takes_as_many_statements_however_many_rooms_one_has(int rooms)
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "안녕하세요");
        await talk.Seller.Page(talk.Url);
        await host.Data(async db =>
        {
            for (var i = 1; i < rooms; i++)
            {
                db.Add(TestRooms.Create(talk.Seller.Id, host.Clock.UtcNow, talk.Product.Id));
            }

            return await db.SaveChangesAsync();
        });

        var statements = await host.CountStatements(() => talk.Seller.Page(talk.Url));

        statements.ShouldBe(4); // The room, its messages, the list beside it, and the badge.
    }

    [Fact]
    public async Task The_page_is_private_to_the_browser() => (await (await Conversation.Create(host)).Buyer.Scenario(s =>
        s.Get.Url("/chat"))).Header("Cache-Control").ShouldNotBeNull().ShouldContain("no-store");

    [Fact]
    public async Task A_link_to_a_message_opens_the_room_around_it()
    {
        var talk = await Conversation.Create(host);
        var ids = new List<long>();
        for (var i = 0; i < 70; i++) ids.Add((await talk.Send(talk.Buyer, $"{i}번째 말")).Id);

        var page = await talk.Seller.Page($"{talk.Url}?at={ids[30]}");

        page.QuerySelectorAll("[data-messages] [data-message-id]").Select(m => long.Parse(m.GetAttribute("data-message-id")!))
            .ShouldBe(ids[10..51]);
        page.GetElementById("at").ShouldNotBeNull().GetAttribute("data-message-id").ShouldBe($"{ids[30]}");
        page.QuerySelector("[data-older]").ShouldNotBeNull().HasAttribute("hidden").ShouldBeFalse();
        page.QuerySelector("[data-newer]").ShouldNotBeNull().HasAttribute("hidden").ShouldBeFalse();

        var end = await talk.Seller.Page($"{talk.Url}?at={ids[^1]}");
        end.QuerySelector("[data-newer]").ShouldNotBeNull().HasAttribute("hidden").ShouldBeTrue();
        (await talk.Seller.Page($"{talk.Url}?at={ids[0]}")).QuerySelector("[data-older]").ShouldNotBeNull().HasAttribute("hidden")
            .ShouldBeTrue();
    }

    [Theory]
    [InlineData("-1", 400)]
    [InlineData("abc", 400)]
    [InlineData("0", 200)]
    [InlineData("9223372036854775807", 200)]
    public async Task A_link_to_no_message_opens_the_room_all_the_same_unless_it_is_nonsense(string at, int status)
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "안녕하세요");

        await talk.Buyer.Scenario(s =>
        {
            s.Get.Url($"{talk.Url}?at={at}");
            s.StatusCodeShouldBe(status);
        });
    }

    [Fact]
    public async Task A_link_to_a_message_shows_a_stranger_nothing()
    {
        var talk = await Conversation.Create(host);
        var said = await talk.Send(talk.Buyer, "안녕하세요");

        await (await host.SignedIn("stranger")).Scenario(s =>
        {
            s.Get.Url($"{talk.Url}?at={said.Id}");
            s.StatusCodeShouldBe(404);
        });
    }
}
