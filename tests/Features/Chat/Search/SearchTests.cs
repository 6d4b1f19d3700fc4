using AngleSharp.Dom;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Data.Sqlite;
using MarketChat.Infrastructure.Text;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Tests.Features.Chat.Search;

public sealed class SearchTests(MarketHost host) : IClassFixture<MarketHost>
{
    private sealed record HighlightSegment(string Text, bool IsMatch);

    private sealed record Room(int Id, List<HighlightSegment> Name, List<HighlightSegment> Title);

    private sealed record Message(long Id, int RoomId, string Counterpart, bool Mine, List<HighlightSegment> Snippet);

    private sealed record SearchResults(List<Room> Rooms, bool HasMoreRooms, List<Message> Messages, long? NextCursor);

    private sealed record Answer(string Text, SearchResults Found, string Summary);

    [Theory]
    [InlineData("/chat/search?q=자전거", false)]
    [InlineData("/chat", true)]
    public async Task The_results_are_not_compressed_because_their_length_would_tell_what_they_hold(string url, bool isCompressed)
    {
        var talk = await Conversation.Create(host);

        var result = await talk.Buyer.Scenario(s =>
        {
            s.Get.Url(url);
            s.WithRequestHeader("Accept-Encoding", "br");
            s.ConfigureHttpContext(context => context.Request.Scheme = "https");
            s.StatusCodeShouldBeOk();
        });

        result.Header("Content-Encoding").ShouldBe(isCompressed ? "br" : null);
    }

    [Theory]
    [InlineData("직거래", "어디서 ", "직거래", "하세요?")]
    [InlineData("거래", "어디서 직", "거래", "하세요?")]
    [InlineData("?", "어디서 직거래하세요", "?", "")]
    public async Task What_was_said_is_found_by_any_part_of_it_and_marked(string words, string before, string hit, string after)
    {
        var talk = await Conversation.Create(host);
        var said = await talk.Send(talk.Buyer, "어디서 직거래하세요?");
        await talk.Send(talk.Seller, "아무 데나 좋아요");

        foreach (var (reader, mine) in new[] { (talk.Buyer, true), (talk.Seller, false) })
        {
            var message = (await Search(reader, words)).Found.Messages.ShouldHaveSingleItem();
            (message.Id, message.RoomId, message.Mine).ShouldBe((said.Id, talk.RoomId, mine));
            HighlightSegment[] pieces = [new(before, false), new(hit, true), new(after, false)];
            message.Snippet.ShouldBe(pieces.Where(piece => piece.Text.Length > 0));
        }
    }

    [Fact]
    public async Task A_room_is_found_by_the_others_name_and_by_the_products_title()
    {
        var talk = await Conversation.Create(host);

        (await Search(talk.Buyer, talk.Seller.Name[..4].ToUpperInvariant())).Found.Rooms.ShouldHaveSingleItem().Name[0]
            .ShouldBe(new HighlightSegment("alic", true));
        (await Search(talk.Seller, talk.Buyer.Name)).Found.Rooms.ShouldHaveSingleItem().Id.ShouldBe(talk.RoomId);
        (await Search(talk.Seller, "전거")).Found.Rooms.ShouldHaveSingleItem()
            .Title.ShouldBe([new HighlightSegment("자", false), new HighlightSegment("전거", true)]);
        (await Search(talk.Seller, $"자전거 {talk.Buyer.Name}")).Found.Rooms.Count.ShouldBe(1);
        (await Search(talk.Seller, "자전거 세탁기")).Found.Rooms.ShouldBeEmpty();
        (await Search(talk.Seller, talk.Seller.Name)).Found.Rooms.ShouldBeEmpty("one's own name stands on none of one's rooms");
    }

    [Theory]
    [InlineData("아이폰13")]
    [InlineData("아이폰 13")]
    [InlineData("ＩＰＨＯＮＥ")]
    [InlineData("\u1106\u1175\u1102\u1175")]
    [InlineData("미\u200b니")]
    public async Task Spacing_width_case_and_normal_form_do_not_matter(string words)
    {
        var talk = await Conversation.Create(host);
        var about = await host.AddProduct(talk.Seller.Id, "아이폰 １３ 미니 (iPhone)");
        var room = await host.AddRoom(about, talk.Buyer.Id);
        var said = await talk.Send(talk.Buyer, "아이폰 １３ 미니 (iPhone)도 있나요?");

        var found = (await Search(talk.Buyer, words)).Found;

        found.Rooms.ShouldHaveSingleItem().Id.ShouldBe(room);
        var message = found.Messages.ShouldHaveSingleItem();
        message.Id.ShouldBe(said.Id);
        message.Snippet.ShouldContain(piece => piece.IsMatch);
    }

    [Theory]
    [InlineData("👨‍👩‍👧‍👦")]
    [InlineData("🇰🇷")]
    [InlineData("👍🏽")]
    [InlineData("e\u0301\u0302")]
    public async Task An_excerpt_is_cut_between_characters(string character)
    {
        var talk = await Conversation.Create(host);
        var around = string.Concat(Enumerable.Repeat(character, 80));
        await talk.Send(talk.Buyer, $"{around}여기{around}");

        var snippet = (await Search(talk.Buyer, "여기")).Found.Messages.ShouldHaveSingleItem().Snippet;

        var whole = character.Normalize();
        string.Concat(snippet.Select(piece => piece.Text)).Replace(whole, "").ShouldBe("…여기…");
    }

    [Theory]
    [InlineData("\u3164")]
    [InlineData("\u2800\u200b")]
    public async Task Words_that_look_like_nothing_are_none(string words)
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, $"아무 말{words}이나");

        var answer = await Search(talk.Buyer, words);

        (answer.Text, answer.Summary).ShouldBe(("", ""));
        answer.Found.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_character_that_cannot_be_searched_for_has_a_sentence_and_the_words_stay()
    {
        var talk = await Conversation.Create(host);

        var result = await talk.Buyer.Scenario(s =>
        {
            s.Get.Url("/chat/search?q=a%00b");
            s.StatusCodeShouldBe(400);
        });

        var page = result.ReadAsHtml();
        page.QuerySelector("[data-summary]").ShouldNotBeNull().TextContent.ShouldStartWith("검색할 수 없는 문자가 들어 있어요.");
        page.QuerySelector("input[name=q]").ShouldNotBeNull().GetAttribute("value").ShouldBe("a\ufffdb");
    }

    [Fact]
    public async Task Only_ones_own_rooms_are_searched()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "우리끼리 하는 말");
        var stranger = await host.SignedIn("stranger");

        foreach (var words in new[] { "우리끼리", "우리", talk.Buyer.Name, "자전거" })
        {
            var found = (await Search(stranger, words)).Found;
            found.Rooms.ShouldBeEmpty(words);
            found.Messages.ShouldBeEmpty(words);
        }
    }

    [Fact]
    public async Task Who_is_signed_out_is_sent_to_sign_in_and_comes_back_to_the_search()
    {
        (await host.Browser().Scenario(s =>
        {
            s.Get.Url("/chat/search?q=hello");
            s.IgnoreStatusCode();
        })).Location.ShouldNotBeNull().ShouldContain(Uri.EscapeDataString("/chat/search?q=hello"));
        await host.Browser().Scenario(s =>
        {
            s.Get.Url("/chat/search?q=hello");
            s.AsScript();
            s.StatusCodeShouldBe(401);
        });
    }

    [Fact]
    public async Task The_lists_address_with_words_leads_to_the_search()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "직거래 되나요?");
        var words = Uri.EscapeDataString("직거래");

        foreach (var configure in new Action<Scenario>[] { _ => { }, s => s.AsScript() })
        {
            (await talk.Seller.Scenario(s =>
            {
                s.Get.Url($"/chat?q={words}&before=9");
                configure(s);
                s.StatusCodeShouldBe(302);
                s.Header("Cache-Control").SingleValueShouldEqual("no-store");
            })).Location.ShouldBe($"/chat/search?q={words}&before=9");
        }

        (await host.Browser().Scenario(s =>
        {
            s.Get.Url("/chat?q=hello");
            s.IgnoreStatusCode();
        })).Location.ShouldNotBeNull().ShouldContain(Uri.EscapeDataString("/chat?q=hello"));
        (await talk.Seller.Status("/chat?handler=Rooms&q=hello")).ShouldBe(200, "a poll of the list is none");
    }

    [Fact]
    public async Task A_removed_message_is_never_found()
    {
        var talk = await Conversation.Create(host);
        var said = await talk.Send(talk.Buyer, "실수로 보낸 계좌번호");
        await host.Data(db => db.ExecuteInTransactionAsync(token => db.Messages.Where(m => m.Id == said.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.RemovedAt, host.Clock.UtcNow), token), default));

        (await Search(talk.Buyer, "계좌번호")).Found.Messages.ShouldBeEmpty("even if its words were still there");
        (await Search(talk.Buyer, "계좌")).Found.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_that_is_nobodys_any_more_is_not_found_but_what_was_said_is()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Seller, "잘 쓰세요, 안녕히");
        var name = talk.Seller.Name;
        await talk.Seller.Submit("/account/delete", "form[data-delete-account]", ("password", MarketHost.Password));

        (await Search(talk.Buyer, name)).Found.Rooms.ShouldBeEmpty();
        (await Search(talk.Buyer, "안녕히")).Found.Messages.ShouldHaveSingleItem().Counterpart.ShouldBe("탈퇴한 사용자");
    }

    [Theory]
    [InlineData("100%", "100원")]
    [InlineData("a_b", "axb")]
    [InlineData("\"그 말\"", "그 말")]
    [InlineData("AND", "그리고")]
    [InlineData("NEAR(가나다 라마바)", "가나다 라마바")]
    [InlineData("it's", "its")]
    [InlineData("\\", "/")]
    [InlineData("*", "별")]
    [InlineData("자전거*", "자전거가")]
    [InlineData("Said:말해", "말해")]
    [InlineData("<b>굵게</b>", "굵게")]
    [InlineData("🙂👍", "🙂 👎")]
    [InlineData("👨‍👩‍👧", "👨 👩 👧")]
    [InlineData("مرحبا", "مرحب")]
    [InlineData("ñandú", "nandu")]
    [InlineData("{0}", "0")]
    public async Task Whatever_is_typed_is_taken_to_the_letter(string said, string notThis)
    {
        var talk = await Conversation.Create(host);
        var id = (await talk.Send(talk.Buyer, $"앞 {said} 뒤")).Id;
        await talk.Send(talk.Buyer, $"앞 {notThis} 뒤");

        (await Search(talk.Seller, said)).Found.Messages.Select(m => m.Id).ShouldBe([id]);
        (await talk.Seller.Page($"/chat/search?q={Uri.EscapeDataString(said)}")).QuerySelectorAll("[data-found-message]")
            .Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("%ED%A0%80")]
    [InlineData("%EF%BF%BE")]
    [InlineData("%C3%28")]
    [InlineData("a%EF%BF%BEb")]
    [InlineData("%E2%80%AE")]
    [InlineData("")]
    [InlineData("%20%0A%09")]
    public async Task What_is_no_text_finds_nothing_and_breaks_nothing(string encoded)
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "안녕하세요");

        var answer = await talk.Buyer.Scenario(s =>
        {
            s.Get.Url($"/chat/search?q={encoded}");
            s.AsScript();
            s.StatusCodeShouldBeOk();
        });
        answer.ReadAsJson<Answer>().Found.Messages.ShouldBeEmpty();
        await talk.Buyer.Page($"/chat/search?q={encoded}");
    }

    [Fact]
    public async Task Nothing_to_look_for_shows_the_list()
    {
        var talk = await Conversation.Create(host);

        var page = await talk.Buyer.Page("/chat/search?q=");

        page.QuerySelectorAll("[data-room-id]").Length.ShouldBe(1);
        page.QuerySelector("[data-search]").ShouldNotBeNull().GetAttribute("data-active").ShouldNotBe("true");
    }

    [Fact]
    public async Task Too_many_characters_are_refused_with_a_sentence()
    {
        var bob = await host.SignedIn();
        var url = $"/chat/search?q={new string('a', 101)}";

        (await bob.Scenario(s =>
        {
            s.Get.Url(url);
            s.AsScript();
            s.StatusCodeShouldBe(400);
        })).ReadAsJson<ApiContracts.Problem>().Detail.ShouldBe("검색어는 100자까지 쓸 수 있어요.");
        var page = await bob.Scenario(s =>
        {
            s.Get.Url(url);
            s.StatusCodeShouldBe(400);
        });
        page.ReadAsHtml().QuerySelector("[data-summary]").ShouldNotBeNull().TextContent.ShouldBe("검색어는 100자까지 쓸 수 있어요.");
        page.ReadAsHtml().QuerySelector("#search-words").ShouldNotBeNull().GetAttribute("aria-invalid").ShouldBe("true");
        await Search(bob, new string('a', 100));
        await Search(bob, string.Join(' ', Enumerable.Range(0, 50).Select(i => (char)('가' + i))));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("abc")]
    [InlineData("99999999999999999999")]
    public async Task A_page_that_is_none_is_a_bad_question(string before)
    {
        var bob = await host.SignedIn();

        await bob.Scenario(s =>
        {
            s.Get.Url($"/chat/search?q=hello&before={before}");
            s.AsScript();
            s.StatusCodeShouldBe(400);
        });
    }

    [Fact]
    public async Task Without_a_script_the_form_leads_to_the_results_page_by_page_and_each_to_its_message()
    {
        var talk = await Conversation.Create(host);
        var ids = new List<long>();
        for (var i = 0; i < 45; i++) ids.Insert(0, (await talk.Send(talk.Buyer, $"찾을 말 {i}")).Id);

        (await talk.Seller.Page("/chat")).QuerySelector("[data-search] form").ShouldNotBeNull().GetAttribute("action")
            .ShouldBe("/chat/search");
        var page = await talk.Seller.Page("/chat/search?q=찾을 말");
        var found = Shown(page);
        while (page.QuerySelector("[data-more]:not([hidden])") is { } more)
        {
            page = await talk.Seller.Page(more.GetAttribute("href")!);
            found.AddRange(Shown(page));
        }

        found.ShouldBe(ids.Select(id => $"/chat/{talk.RoomId}?at={id}#at"));
        page.QuerySelectorAll("mark").ShouldAllBe(mark => mark.TextContent == "찾을" || mark.TextContent == "말");
        page.QuerySelector("input[type=search]").ShouldNotBeNull().GetAttribute("value").ShouldBe("찾을 말");

        static List<string?> Shown(IParentNode page) =>
            [.. page.QuerySelectorAll("[data-found-message] a").Select(link => link.GetAttribute("href"))];
    }

    [Fact]
    public async Task Of_a_long_message_what_surrounds_the_hit_is_shown()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, $"{new string('가', 300)}\n여기 있는 바늘 하나\n{string.Concat(Enumerable.Repeat("🙂", 200))}");

        var said = (await Search(talk.Seller, "바늘")).Found.Messages.ShouldHaveSingleItem().Snippet;

        var text = string.Concat(said.Select(piece => piece.Text));
        text.ShouldStartWith("…");
        text.ShouldContain("여기 있는 바늘 하나");
        text.ShouldEndWith("…");
        text.Length.ShouldBeLessThanOrEqualTo(122);
        text.IsWellFormed().ShouldBeTrue("no emoji is cut in two");
    }

    [Fact]
    public async Task Many_rooms_are_a_page_of_the_newest_and_a_hint_to_say_more()
    {
        var seller = await host.SignedIn("seller");
        var rooms = new List<int>();
        for (var i = 0; i < 12; i++)
        {
            host.Clock.Advance(TimeSpan.FromMinutes(1));
            rooms.Insert(0, await host.AddRoom(await host.AddProduct(seller.Id, $"캠핑 의자 {i}"), (await host.AddUser("buyer")).Id));
        }

        var found = (await Search(seller, "캠핑 의자")).Found;

        found.Rooms.Select(room => room.Id).ShouldBe(rooms[..10]);
        found.HasMoreRooms.ShouldBeTrue();
        (await seller.Page("/chat/search?q=캠핑")).QuerySelector("[data-more-rooms]").ShouldNotBeNull().HasAttribute("hidden")
            .ShouldBeFalse();
    }

    [Fact]
    public async Task A_search_takes_a_few_statements_however_much_there_is()
    {
        var talk = await Conversation.Create(host);
        for (var i = 0; i < 30; i++) await talk.Send(talk.Buyer, $"자전거 이야기 {i}");
        await Search(talk.Buyer, "자전거");

        (await host.CountStatements(() => Search(talk.Buyer, "자전거"))).ShouldBeLessThanOrEqualTo(4);
        (await host.CountStatements(() => Search(talk.Buyer, "자전"))).ShouldBeLessThanOrEqualTo(4);
    }

    [Fact]
    public async Task The_box_stands_above_the_list_and_beside_an_open_room()
    {
        var talk = await Conversation.Create(host);

        foreach (var url in new[] { "/chat", talk.Url })
        {
            (await talk.Buyer.Page(url)).QuerySelectorAll(".chat__list [data-search]").Length.ShouldBe(1, url);
        }
    }

    [Fact]
    public async Task With_the_flag_off_there_is_no_search_and_the_list_is_as_ever()
    {
        using var market = new MarketHost().With("FeatureManagement:ChatSearch", "false");
        var talk = await Conversation.Create(market);
        await talk.Send(talk.Buyer, "안녕하세요");

        foreach (var configure in new Action<Scenario>[] { _ => { }, s => s.AsScript() })
        {
            await talk.Buyer.Scenario(s =>
            {
                s.Get.Url("/chat/search?q=안녕");
                configure(s);
                s.StatusCodeShouldBe(404);
            });
        }

        var page = await talk.Buyer.Page("/chat?q=안녕");
        page.QuerySelectorAll("[data-search], [src*=Search]").ShouldBeEmpty();
        page.QuerySelectorAll("[data-room-id]").Length.ShouldBe(1);
        (await market.Data(db => db.Engine.FindMessagesAsync(db, talk.Seller.Id, ["안녕하세요"], long.MaxValue, 20, default)))
            .Ids.Count.ShouldBe(1, "the index goes on");
    }

    [Fact]
    public async Task In_English_the_search_speaks_English()
    {
        var ann = await host.SignedIn("ann", "en");

        (await Search(ann, "bicycle")).Summary.ShouldBe("Nothing matches “bicycle”.");
    }

    private static async Task<Answer> Search(TestBrowser visitor, string words) => (await visitor.Scenario(s =>
    {
        s.Get.Url($"/chat/search?q={Uri.EscapeDataString(words)}");
        s.AsScript();
        s.StatusCodeShouldBeOk();
    })).ReadAsJson<Answer>();
}
