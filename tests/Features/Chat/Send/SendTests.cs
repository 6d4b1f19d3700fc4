using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Tests.Features.Chat.Send;

public sealed class SendTests(MarketHost host) : IClassFixture<MarketHost>
{
    [Fact]
    public async Task A_message_sent_by_the_form_is_stored_and_shown_in_the_room()
    {
        var talk = await Conversation.Create(host);

        var result = await talk.Buyer.Submit(talk.Url, "form[data-composer]", ("payload", "안녕하세요! 자전거 아직 있나요?"));

        result.StatusCode.ShouldBe(303);
        result.Location.ShouldBe(talk.Url);
        var page = await talk.Seller.Page(talk.Url);
        page.QuerySelector("[data-message-id] [data-text]").ShouldNotBeNull().TextContent.ShouldBe("안녕하세요! 자전거 아직 있나요?");
    }

    [Fact]
    public async Task A_script_gets_201_with_the_message()
    {
        var talk = await Conversation.Create(host);
        var clientId = Guid.NewGuid();

        var message = await talk.Send(talk.Buyer, "안녕하세요", clientId);

        message.Id.ShouldBeGreaterThan(0);
        message.ClientId.ShouldBe(clientId);
        message.SenderId.ShouldBe(talk.Buyer.Id);
        message.Mine.ShouldBeTrue();
        message.Payload.ShouldBe("안녕하세요");
        message.SentAt.Kind.ShouldBe(DateTimeKind.Utc);
        message.SentAt.ShouldBe(host.Clock.UtcNow, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task The_same_client_id_again_is_answered_with_the_same_message_and_stored_once()
    {
        var talk = await Conversation.Create(host);
        var clientId = Guid.NewGuid();
        var first = await talk.Send(talk.Buyer, "한 번만", clientId);

        var again = await talk.Post(talk.Buyer, "한 번만", clientId, s => s.StatusCodeShouldBe(200));

        again.ReadAsJson<ApiContracts.Message>().ShouldBe(first);
        (await talk.Poll(talk.Seller)).Messages.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Twenty_times_the_same_message_at_once_is_one_201_and_nineteen_200s()
    {
        var talk = await Conversation.Create(host);
        var clientId = Guid.NewGuid();
        await talk.Buyer.Token();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => talk.Post(talk.Buyer, "동시에", clientId)));

        answers.Count(a => a.StatusCode == 201).ShouldBe(1);
        answers.Count(a => a.StatusCode == 200).ShouldBe(19);
        answers.Select(a => a.ReadAsJson<ApiContracts.Message>()).Distinct().Count().ShouldBe(1);
        (await talk.Poll(talk.Seller)).Messages.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_form_sent_twice_is_one_message_but_new_words_in_it_are_another()
    {
        var talk = await Conversation.Create(host);
        var page = await talk.Buyer.Page(talk.Url);

        await talk.Buyer.Submit(page, talk.Url, "form[data-composer]", ("payload", "두 번 누름"));
        await talk.Buyer.Submit(page, talk.Url, "form[data-composer]", ("payload", "두 번 누름"));
        await talk.Buyer.Submit(page, talk.Url, "form[data-composer]", ("payload", "뒤로 가서 다시 씀"));

        (await talk.Poll(talk.Seller)).Messages.Select(m => m.Payload).ShouldBe(["두 번 누름", "뒤로 가서 다시 씀"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\r\n\t \n")]
    [InlineData("\u3164")]
    [InlineData("\u2800 \u200b\ufe0f")]
    public async Task An_empty_message_is_refused_in_a_sentence(string text)
    {
        var talk = await Conversation.Create(host);

        var result = await talk.Post(talk.Buyer, text, Guid.NewGuid(), s => s.StatusCodeShouldBe(400));

        result.ReadAsJson<ApiContracts.Problem>().Detail.ShouldBe("메시지를 입력해주세요.");
        (await talk.Poll(talk.Seller)).Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_thousand_characters_are_fine_and_one_more_is_not()
    {
        var talk = await Conversation.Create(host);
        var longest = new string('가', 2000);

        (await talk.Send(talk.Buyer, longest)).Payload.ShouldBe(longest);
        var refused = await talk.Post(talk.Buyer, longest + "나", Guid.NewGuid(), s => s.StatusCodeShouldBe(400));

        refused.ReadAsJson<ApiContracts.Problem>().Detail.ShouldContain("2,000".Replace(",", ""));
    }

    [Theory]
    [InlineData("👨‍👩‍👧‍👦")]
    [InlineData("🇰🇷")]
    [InlineData("\u1112\u1161\u11ab")]
    public async Task Characters_are_counted_as_a_reader_sees_them(string character)
    {
        var talk = await Conversation.Create(host);
        var longest = string.Concat(Enumerable.Repeat(character, 2000));

        (await talk.Send(talk.Buyer, longest)).Payload.ShouldBe(longest.Normalize());
        await talk.Post(talk.Buyer, longest + character, Guid.NewGuid(), s => s.StatusCodeShouldBe(400));
    }

    [Theory]
    [InlineData("a%00b")]
    public async Task What_is_no_text_has_a_sentence_of_its_own_and_comes_back(string encoded)
    {
        var talk = await Conversation.Create(host);
        var token = await talk.Buyer.Token();

        var result = await talk.Buyer.Scenario(s =>
        {
            s.Post.Text($"payload={encoded}").ContentType("application/x-www-form-urlencoded").ToUrl($"{talk.Url}/send");
            s.WithRequestHeader("RequestVerificationToken", token);
            s.StatusCodeShouldBe(400);
        });

        var page = result.ReadAsHtml();
        page.QuerySelector("[role=alert]").ShouldNotBeNull().TextContent.ShouldBe("보낼 수 없는 문자가 들어 있어요.");
        page.QuerySelector("textarea[name=payload]").ShouldNotBeNull().TextContent.Trim().ShouldBe("a\ufffdb");
    }

    [Fact]
    public async Task What_the_form_cannot_send_comes_back_with_the_reason_and_the_text()
    {
        var talk = await Conversation.Create(host);
        var tooLong = new string('가', 2001);

        var result = await talk.Buyer.Submit(talk.Url, "form[data-composer]", ("payload", tooLong));

        result.StatusCode.ShouldBe(400);
        var page = result.ReadAsHtml();
        page.QuerySelector("[role=alert]").ShouldNotBeNull().TextContent.ShouldContain("2000");
        page.QuerySelector("textarea[name=payload]").ShouldNotBeNull().TextContent.ShouldContain(tooLong);
    }

    [Theory]
    [InlineData("이모지 👩‍👩‍👧‍👦 🧡 🇰🇷")]
    [InlineData("첫 줄\n둘째 줄\n\n넷째 줄")]
    [InlineData("<script>alert('xss')</script> & \"quoted\"")]
    [InlineData("שלום עולם ‮abc")]
    [InlineData("ㄱㅏ가각 한글 자모와 완성형")]
    [InlineData("a\u0085b\u2028c\fd")]
    public async Task A_message_comes_back_exactly_as_typed(string text)
    {
        var talk = await Conversation.Create(host);

        text = text.Normalize();

        (await talk.Send(talk.Buyer, text)).Payload.ShouldBe(text);

        (await talk.Poll(talk.Seller)).Messages.Single().Payload.ShouldBe(text);
        (await talk.Seller.Page(talk.Url)).QuerySelector("[data-text]").ShouldNotBeNull().TextContent.ShouldBe(text);
    }

    [Fact]
    public async Task White_space_around_a_message_goes_and_line_breaks_become_one_kind()
    {
        var talk = await Conversation.Create(host);

        var message = await talk.Send(talk.Buyer, "  \r\n 하나\r\n둘\r셋 \n ");

        message.Payload.ShouldBe("하나\n둘\n셋");
    }

    [Fact]
    public async Task A_nul_is_refused() =>
        await (await Conversation.Create(host))
            .Post((await Conversation.Create(host)).Buyer, "a\0b", Guid.NewGuid(), s => s.StatusCodeShouldBe(400));

    [Fact]
    public async Task A_client_id_that_is_no_uuid_is_refused()
    {
        var talk = await Conversation.Create(host);
        var token = await talk.Buyer.Token();

        await talk.Buyer.Scenario(s =>
        {
            s.Post.Form(("payload", "안녕"), ("clientId", "not-a-uuid")).ToUrl($"{talk.Url}/send");
            s.AsScript(token);
            s.StatusCodeShouldBe(400);
        });
    }

    [Fact]
    public async Task A_link_is_a_link_and_nothing_else_is_markup()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "약도는 https://example.com/map?a=1&b=<b>여기</b>.");

        var text = (await talk.Seller.Page(talk.Url)).QuerySelector("[data-text]").ShouldNotBeNull();

        var link = text.QuerySelector("a").ShouldNotBeNull();
        link.GetAttribute("href").ShouldBe("https://example.com/map?a=1&b=");
        link.GetAttribute("rel").ShouldBe("nofollow noopener ugc");
        text.QuerySelector("b").ShouldBeNull();
    }

    [Fact]
    public async Task A_stranger_gets_404_and_nothing_is_stored()
    {
        var talk = await Conversation.Create(host);
        var stranger = await host.SignedIn("mallory");

        var result = await talk.Post(stranger, "끼어들기", Guid.NewGuid(), s => s.StatusCodeShouldBe(404));

        result.ReadAsJson<ApiContracts.Problem>().Detail.ShouldBe("채팅방을 찾을 수 없습니다.");
        (await talk.Poll(talk.Buyer)).Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_room_that_does_not_exist_is_the_same_404_as_someone_elses()
    {
        var talk = await Conversation.Create(host) with { RoomId = 999_999 };

        var result = await talk.Post(talk.Buyer, "거기 누구", Guid.NewGuid(), s => s.StatusCodeShouldBe(404));

        result.ReadAsJson<ApiContracts.Problem>().Detail.ShouldBe("채팅방을 찾을 수 없습니다.");
    }

    [Fact]
    public async Task A_signed_out_script_gets_401_in_a_sentence()
    {
        var talk = await Conversation.Create(host);

        var result = await host.Browser().Scenario(s =>
        {
            s.Post.Form(("payload", "안녕")).ToUrl($"{talk.Url}/send");
            s.AsScript();
            s.StatusCodeShouldBe(401);
        });

        result.ReadAsJson<ApiContracts.Problem>().Detail.ShouldBe("로그인이 필요합니다.");
    }

    [Fact]
    public async Task A_signed_out_form_is_sent_to_sign_in_and_from_there_back_to_the_room()
    {
        var talk = await Conversation.Create(host);

        var result = await host.Browser().Scenario(s =>
        {
            s.Post.Form(("payload", "안녕")).ToUrl($"{talk.Url}/send");
            s.StatusCodeShouldBe(302);
        });
        result.Location.ShouldNotBeNull().ShouldContain("/account/sign-in?returnUrl=");

        await talk.Buyer.Scenario(s =>
        {
            s.Get.Url($"{talk.Url}/send");
            s.ShouldRedirectTo(talk.Url);
        });
    }

    [Fact]
    public async Task Without_the_antiforgery_token_nothing_is_stored()
    {
        var talk = await Conversation.Create(host);

        await talk.Buyer.Scenario(s =>
        {
            s.Post.Form(("payload", "위조")).ToUrl($"{talk.Url}/send");
            s.AsScript();
            s.StatusCodeShouldBe(400);
        });

        (await talk.Poll(talk.Seller)).Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_moves_the_room_to_the_top_of_both_lists()
    {
        var old = await Conversation.Create(host);
        var newer = await host.AddProduct(old.Seller.Id, "텐트");
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var newerRoom = await host.AddRoom(newer, old.Buyer.Id);

        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await old.Send(old.Seller, "아직 있어요");

        foreach (var visitor in new[] { old.Buyer, old.Seller })
        {
            var ids = (await visitor.Page("/chat")).QuerySelectorAll("[data-room-id]").Select(card => card.GetAttribute("data-room-id"));
            ids.ShouldBe([$"{old.RoomId}", $"{newerRoom}"]);
        }
    }

    [Fact]
    public async Task Sixty_four_people_sending_at_once_all_succeed()
    {
        var seller = await host.SignedIn("alice");
        var product = await host.AddProduct(seller.Id);
        var talks = new List<Conversation>();
        for (var i = 0; i < 64; i++)
        {
            var buyer = await host.SignedIn("buyer");
            talks.Add(new Conversation(host, seller, buyer, product, await host.AddRoom(product, buyer.Id)));
            await buyer.Token();
        }

        await Task.WhenAll(talks.Select(talk => talk.Send(talk.Buyer, "저 살게요")));

        (await host.Data(db => db.Messages.CountAsync(m => m.ChatRoom.ProductId == product.Id))).ShouldBe(64);
    }
}
