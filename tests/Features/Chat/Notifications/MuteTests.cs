using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Chat.Notifications;

public sealed class MuteTests(PushHost host) : IClassFixture<PushHost>
{
    [Fact]
    public async Task A_muted_room_is_not_notified_but_counts_in_the_badge()
    {
        var talk = await Conversation.Create(host);
        var other = await host.AnotherRoom(talk);
        var phone = await host.Subscribe(talk.Seller);
        await PushHost.Mute(talk, talk.Seller);

        await talk.Send(talk.Buyer, "조용히");
        await other.Send(other.Buyer, "저도요");

        (await host.Notified(phone, 1))[0].GetProperty("tag").GetString().ShouldBe($"room-{other.RoomId}");
        (await talk.Seller.Scenario(s => s.Get.Url("/badge"))).ReadAsJson<ApiContracts.Badge>().UnreadRooms.ShouldBe(2);

        await PushHost.Mute(talk, talk.Seller, muted: false);
        await talk.Send(talk.Buyer, "이제 들리죠?");
        (await host.Notified(phone, 2))[1].GetProperty("body").GetString().ShouldBe("이제 들리죠?");
    }

    [Fact]
    public async Task It_is_a_matter_of_ones_own()
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Buyer);
        await PushHost.Mute(talk, talk.Seller);

        await talk.Send(talk.Seller, "들려요?");

        await host.Notified(phone, 1);
        (await IsMuted(talk, talk.Buyer)).ShouldBeFalse();
    }

    [Fact]
    public async Task The_button_works_without_a_script_and_remembers()
    {
        var talk = await Conversation.Create(host);
        (await IsMuted(talk, talk.Seller)).ShouldBeFalse();

        (await talk.Seller.Submit(talk.Url, "form[data-mute]")).Location.ShouldBe(talk.Url);
        (await IsMuted(talk, talk.Seller)).ShouldBeTrue();
        await talk.Seller.Submit(talk.Url, "form[data-mute]");
        (await IsMuted(talk, talk.Seller)).ShouldBeFalse();
    }

    [Fact]
    public async Task It_is_remembered_over_a_restart()
    {
        var before = new PushHost();
        var talk = await Conversation.Create(before);
        await PushHost.Mute(talk, talk.Seller);

        await using var after = before.Restart();

        (await IsMuted(talk, after.Browser(cookies: talk.Seller.Cookies))).ShouldBeTrue();
    }

    [Fact]
    public async Task Mute_twice_or_both_at_once_and_it_is_muted_once()
    {
        var talk = await Conversation.Create(host);
        await talk.Seller.Token();

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => PushHost.Mute(talk, talk.Seller)));

        (await IsMuted(talk, talk.Seller)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_stranger_gets_404_and_a_signed_out_visitor_is_sent_to_sign_in()
    {
        var talk = await Conversation.Create(host);
        var stranger = await host.SignedIn("stranger");

        (await PushHost.Post(stranger, $"{talk.Url}/mute", ("muted", "true"))).StatusCode.ShouldBe(404);
        (await PushHost.Post(stranger, "/chat/99999999/mute", ("muted", "true"))).StatusCode.ShouldBe(404);
        (await PushHost.Post(talk.Seller, $"{talk.Url}/mute", ("muted", "perhaps"))).StatusCode.ShouldBe(400);
        (await host.Browser().Scenario(s =>
        {
            s.Post.Form(("muted", "true")).ToUrl($"{talk.Url}/mute");
            s.IgnoreStatusCode();
        })).Location.ShouldNotBeNull().ShouldContain("/account/sign-in");
    }

    private static async Task<bool> IsMuted(Conversation talk, TestBrowser visitor)
    {
        var button = (await visitor.Page(talk.Url)).QuerySelector("[data-mute] button").ShouldNotBeNull();
        button.GetAttribute("aria-label").ShouldBe("이 채팅방 알림 끄기");
        return button.GetAttribute("aria-pressed") == "true";
    }
}
