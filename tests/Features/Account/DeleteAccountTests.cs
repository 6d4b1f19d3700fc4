using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Features.Account;

public sealed class DeleteAccountTests(MarketHost host) : IClassFixture<MarketHost>
{
    private const string Page = "/account/delete";
    private const string Form = "form[data-delete-account]";
    private const string DeletedUserName = "탈퇴한 사용자";
    private const string NothingMoreCanBeSent = "상대방이 탈퇴해서 더는 메시지를 보낼 수 없어요.";
    private const int FailuresBeforeLockout = 8;

    [Fact]
    public async Task A_deleted_account_is_confirmed_and_signed_out_everywhere()
    {
        var bob = await host.SignedIn();
        var elsewhere = host.Browser();
        await elsewhere.SignIn(bob.Name, MarketHost.Password);

        (await Delete(bob)).Location.ShouldBe("/account/deleted");

        (await bob.Page("/account/deleted")).QuerySelector("main h2").ShouldNotBeNull().TextContent.ShouldBe("계정을 지웠어요");
        (await Status(bob, "/account/profile")).ShouldBe(302);
        (await Status(elsewhere, "/badge")).ShouldBe(401);
        (await SignIn(bob.Name)).ShouldBe(200);
    }

    [Fact]
    public async Task The_page_says_plainly_what_happens()
    {
        var bob = await host.SignedIn(language: "en");

        var text = (await bob.Page(Page)).QuerySelector("main").ShouldNotBeNull().TextContent;

        text.ShouldContain($"If you delete the account {bob.Name}");
        text.ShouldContain("leaves the market");
        text.ShouldContain("keep the conversations");
        text.ShouldContain("cannot be undone");
    }

    [Fact]
    public async Task A_wrong_password_deletes_nothing_and_counts_as_at_the_door()
    {
        var bob = await host.SignedIn();

        var result = await Delete(bob, "not my password");

        result.StatusCode.ShouldBe(200);
        result.ReadAsHtml().GetElementById("Password-error").ShouldNotBeNull().TextContent.ShouldStartWith("비밀번호가 맞지 않아요.");
        (await Status(bob, "/account/profile")).ShouldBe(200);

        for (var i = 1; i < FailuresBeforeLockout; i++) await Delete(bob, $"guess number {i}");
        (await Delete(bob)).StatusCode.ShouldBe(200);
        (await SignIn(bob.Name)).ShouldBe(200);
    }

    [Fact]
    public async Task Where_passkeys_are_all_there_is_one_types_ones_name()
    {
        var bob = await host.SignedIn();
        await host.Data(
            db => db.Users.Where(u => u.Id == bob.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, (string?)null)));

        var refused = await bob.Submit(Page, Form, ("typedName", "someone"));
        refused.ReadAsHtml().GetElementById("TypedName-error").ShouldNotBeNull().TextContent.ShouldBe("이름이 맞지 않아요.");

        (await bob.Submit(Page, Form, ("typedName", bob.Name))).Location.ShouldBe("/account/deleted");
    }

    [Trait("Category", "Sqlite")]
    [Fact]
    public async Task What_tells_of_the_person_is_erased_from_the_database_and_the_disk()
    {
        using var market = new MarketHost();
        var talk = await Conversation.Create(market);
        var photos = Path.Combine(market.StorageRoot, "photos");
        await UploadAvatar(talk.Seller);
        await PostWithPhoto(talk.Seller);
        await market.Data(
            db => db.Users.Where(u => u.Id == talk.Seller.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.Language, "en")));
        await market.Data(db => db.Users.Where(u => u.Id == talk.Buyer.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, "the same no more")));
        var hash = await market.Data(db => db.Users.Where(u => u.Id == talk.Seller.Id).Select(u => u.PasswordHash).SingleAsync());
        Directory.GetFiles(photos).Length.ShouldBe(2);
        IsKept(talk.Seller.Name).ShouldBeTrue();

        await Delete(talk.Seller);

        var person = await market.Data(db => db.Users.SingleAsync(u => u.Id == talk.Seller.Id));
        (person.UserName, person.NormalizedUserName, person.PasswordHash, person.Avatar, person.Language)
            .ShouldBe((null, null, null, null, null));
        Directory.GetFiles(photos).ShouldBeEmpty();
        await Wait.Until(() => !IsKept(talk.Seller.Name), "the name is gone");
        await Wait.Until(() => !IsKept(hash!), "the password is gone");
        await Wait.Until(() => !IsKept(talk.Product.Description), "the description is gone");
        IsKept(talk.Buyer.Name).ShouldBeTrue("the others are still there");

        bool IsKept(string text) => BytesOf(market).Contains(text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_they_sold_leaves_the_market()
    {
        var talk = await Conversation.Create(host);
        var charlie = await host.SignedIn("charlie");
        var unasked = await host.AddProduct(talk.Seller.Id);
        var token = await charlie.Token();

        await Delete(talk.Seller);

        var shown = (await charlie.Page("/")).QuerySelectorAll("[data-product-id]").Select(card => card.GetAttribute("data-product-id"));
        shown.ShouldNotContain($"{talk.Product.Id}");
        shown.ShouldNotContain($"{unasked.Id}");
        (await Status(charlie, $"/products/{talk.Product.Id}")).ShouldBe(404);
        await charlie.Scenario(s =>
        {
            s.Post.Url($"/products/{talk.Product.Id}/start-chat");
            s.AsScript(token);
            s.StatusCodeShouldBe(404);
        });

        var left = await host.Data(db => db.Products.Where(p => p.SellerId == talk.Seller.Id).Include(p => p.Photos).SingleAsync());
        (left.Id, left.Title, left.Price, left.Description).ShouldBe((talk.Product.Id, talk.Product.Title, talk.Product.Price, ""));
        left.Photos.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("ko", DeletedUserName, NothingMoreCanBeSent)]
    [InlineData("en", "Deleted user", "The other person has deleted their account, so no more messages can be sent.")]
    public async Task The_other_keeps_the_conversation_in_which_nothing_more_can_be_sent(
        string language, string deletedUserName, string sentence)
    {
        var alice = await host.SignedIn("alice");
        var bob = await host.SignedIn("bob", language);
        var product = await host.AddProduct(alice.Id);
        var talk = new Conversation(host, alice, bob, product, await host.AddRoom(product, bob.Id));
        await talk.Send(alice, "네, 있어요");

        await Delete(alice);

        var room = await bob.Page(talk.Url);
        room.QuerySelector("h1.bar__title").ShouldNotBeNull().TextContent.ShouldBe(deletedUserName);
        room.Title.ShouldNotBeNull().ShouldStartWith(deletedUserName);
        room.QuerySelector("[data-messages]").ShouldNotBeNull().TextContent.ShouldContain("네, 있어요");
        room.QuerySelector("[data-composer]").ShouldBeNull();
        room.QuerySelector("[data-closed]").ShouldNotBeNull().TextContent.Trim().ShouldBe(sentence);
        var head = room.QuerySelector(".room__product").ShouldNotBeNull();
        head.HasAttribute("href").ShouldBeFalse();
        head.TextContent.ShouldContain(product.Title);
        head.TextContent.ShouldContain("320,000");
        room.Source.Text.ShouldNotContain(alice.Name);

        var card = (await bob.Page("/chat")).QuerySelector($"[data-room-id='{talk.RoomId}']").ShouldNotBeNull();
        card.QuerySelector("[data-name]").ShouldNotBeNull().TextContent.ShouldBe(deletedUserName);
        (await bob.Scenario(s => s.Get.Url("/chat?handler=Rooms"))).ReadAsJson()
            .GetProperty("rooms")[0].GetProperty("counterpart").GetString().ShouldBe(deletedUserName);

        var answer = await talk.Post(bob, "아직 계신가요?", Guid.NewGuid());
        answer.StatusCode.ShouldBe(409);
        answer.ReadAsJson<ApiContracts.Problem>().Detail.ShouldBe(sentence);
        (await host.Data(db => db.Messages.CountAsync(m => m.ChatRoomId == talk.RoomId))).ShouldBe(1);
    }

    [Fact]
    public async Task A_form_that_was_open_before_comes_back_with_its_text_and_the_reason()
    {
        var talk = await Conversation.Create(host);
        var open = await talk.Buyer.Page(talk.Url);
        await Delete(talk.Seller);

        var result = await talk.Buyer.Submit(open, talk.Url, "[data-composer]", ("payload", "아직 계신가요?"));

        result.StatusCode.ShouldBe(409);
        result.ReadAsHtml().QuerySelector("[role=alert]").ShouldNotBeNull().TextContent.ShouldBe(NothingMoreCanBeSent);
        result.ReadAsHtml().QuerySelector("textarea").ShouldNotBeNull().TextContent.ShouldBe("아직 계신가요?");
    }

    [Fact]
    public async Task A_message_that_was_stored_before_is_found_when_it_is_sent_again()
    {
        var talk = await Conversation.Create(host);
        var clientId = Guid.NewGuid();
        await talk.Send(talk.Buyer, "안녕하세요", clientId);
        await Delete(talk.Seller);

        (await talk.Post(talk.Buyer, "안녕하세요", clientId)).StatusCode.ShouldBe(200);
    }

    [Fact]
    public async Task A_stranger_still_gets_404_for_the_room()
    {
        var talk = await Conversation.Create(host);
        var stranger = await host.SignedIn("mallory");
        await Delete(talk.Seller);

        (await Status(stranger, talk.Url)).ShouldBe(404);
        (await talk.Post(stranger, "안녕하세요", Guid.NewGuid())).StatusCode.ShouldBe(404);
    }

    [Fact]
    public async Task The_buyer_leaves_the_same_way_and_the_product_stays()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "살게요");

        await Delete(talk.Buyer);

        var room = await talk.Seller.Page(talk.Url);
        room.QuerySelector("h1.bar__title").ShouldNotBeNull().TextContent.ShouldBe(DeletedUserName);
        room.QuerySelector("[data-closed]").ShouldNotBeNull();
        room.QuerySelector(".room__product").ShouldNotBeNull().GetAttribute("href").ShouldBe($"/products/{talk.Product.Id}");
        (await Status(talk.Seller, $"/products/{talk.Product.Id}")).ShouldBe(200);
    }

    [Fact]
    public async Task An_open_page_learns_of_it_by_its_poll_at_once()
    {
        var talk = await Conversation.Create(host);
        var first = await Changes(talk, "after=0");
        first.TryGetProperty("closed", out _).ShouldBeFalse();
        var (rev, version) = (first.GetProperty("rev").GetInt64(), first.GetProperty("version").GetInt64());
        var held = Changes(talk, $"after={rev}&version={version}&wait=300");
        var notifier = host.Services.GetRequiredService<ChangeNotifier>();
        await Wait.Until(() => notifier.GetWaiterCount(talk.Buyer.Id) == 1, "the poll is held");

        await Delete(talk.Seller);

        var news = await held;
        news.GetProperty("closed").GetBoolean().ShouldBeTrue();
        news.GetProperty("rev").GetInt64().ShouldBe(rev + 1);
        (await Changes(talk, "after=0")).GetProperty("closed").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task The_name_is_free_for_someone_new_who_sees_nothing_of_the_old()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Seller, "네, 있어요");
        await Delete(talk.Seller);
        var heir = host.Browser();

        (await heir.Submit("/account/sign-up", "form[data-sign-up]",
            ("userName", talk.Seller.Name), ("password", MarketHost.Password),
            ("confirmPassword", MarketHost.Password))).StatusCode.ShouldBe(303);

        (await heir.Page("/chat")).QuerySelectorAll("[data-room-list] [data-room-id]").ShouldBeEmpty();
        (await Status(heir, talk.Url)).ShouldBe(404);
        (await talk.Buyer.Page(talk.Url)).QuerySelector("h1.bar__title").ShouldNotBeNull().TextContent.ShouldBe(DeletedUserName);
    }

    [Fact]
    public async Task Two_people_can_be_without_a_name()
    {
        await Delete(await host.SignedIn("alice"));

        (await Delete(await host.SignedIn("bob"))).Location.ShouldBe("/account/deleted");
    }

    [Fact]
    public async Task A_room_that_both_have_left_is_gone_with_its_product()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "안녕하세요");

        await Delete(talk.Seller);
        await Delete(talk.Buyer);

        (await host.Data(db => db.ChatRooms.AnyAsync(r => r.Id == talk.RoomId))).ShouldBeFalse();
        (await host.Data(db => db.Messages.AnyAsync(m => m.ChatRoomId == talk.RoomId))).ShouldBeFalse();
        (await host.Data(db => db.Products.AnyAsync(p => p.Id == talk.Product.Id))).ShouldBeFalse();
    }

    [Fact]
    public async Task A_product_that_others_still_talk_about_outlives_one_of_its_rooms()
    {
        var talk = await Conversation.Create(host);
        var charlie = await host.SignedIn("charlie");
        var other = talk with { Buyer = charlie, RoomId = await host.AddRoom(talk.Product, charlie.Id) };

        await Delete(talk.Seller);
        await Delete(talk.Buyer);

        (await charlie.Page(other.Url)).QuerySelector(".room__product").ShouldNotBeNull().TextContent.ShouldContain(talk.Product.Title);
    }

    [Fact]
    public async Task What_is_posted_while_the_account_closes_is_not_kept()
    {
        using var market = new MarketHost();
        var alice = await market.SignedIn("alice");
        var form = await alice.Page("/products/post");
        var elsewhere = market.Browser();
        await elsewhere.SignIn(alice.Name, MarketHost.Password);
        var confirmation = await elsewhere.Page(Page);
        Meanwhile(market, "\"ClientId\" =", () => elsewhere.Submit(confirmation, Page, Form, ("password", MarketHost.Password)));

        var result =
            await alice.Submit(form, "/products/post", "[data-post-product]", ("title", "자전거"), ("price", "1000"), ("description", "급해요"));

        result.StatusCode.ShouldBe(302);
        (await market.Data(db => db.Products.CountAsync())).ShouldBe(0);
    }

    [Fact]
    public async Task A_chat_begun_while_the_seller_leaves_is_no_chat()
    {
        using var market = new MarketHost();
        var alice = await market.SignedIn("alice");
        var bob = await market.SignedIn("bob");
        var product = await market.AddProduct(alice.Id);
        var page = await bob.Page($"/products/{product.Id}");
        var confirmation = await alice.Page(Page);
        Meanwhile(market, "\"BuyerId\" =", () => alice.Submit(confirmation, Page, Form, ("password", MarketHost.Password)));

        var result = await bob.Submit(page, $"/products/{product.Id}", "[data-start-chat]");

        result.StatusCode.ShouldBe(404);
        (await market.Data(db => db.ChatRooms.CountAsync())).ShouldBe(0);
    }

    [Fact]
    public async Task A_signed_out_visitor_is_led_to_the_door_and_back() => await host.Browser().Scenario(s =>
    {
        s.Get.Url(Page);
        s.ShouldRedirectTo("http://localhost/account/sign-in?returnUrl=%2Faccount%2Fdelete");
    });

    [Fact]
    public async Task A_form_from_another_site_deletes_nothing()
    {
        var bob = await host.SignedIn();

        await bob.Scenario(s =>
        {
            s.Post.Form(("password", MarketHost.Password)).ToUrl(Page);
            s.StatusCodeShouldBe(400);
        });

        (await Status(bob, "/account/profile")).ShouldBe(200);
    }

    private static Task<IScenarioResult> Delete(TestBrowser visitor, string password = MarketHost.Password) =>
        visitor.Submit(Page, Form, ("password", password));

    private static Task<int> Status(TestBrowser visitor, string url) => visitor.Status(url);

    private static async Task UploadAvatar(TestBrowser visitor)
    {
        var token = await visitor.Token();
        await visitor.Scenario(s =>
        {
            s.Post.Form(("__RequestVerificationToken", token), ("userName", visitor.Name), ("language", ""))
                .File("avatar", TestImages.Jpeg())
                .ToUrl("/account/profile");
            s.StatusCodeShouldBe(303);
        });
    }

    private static async Task PostWithPhoto(TestBrowser visitor)
    {
        var token = await visitor.Token();
        await visitor.Scenario(s =>
        {
            s.Post.Form(("__RequestVerificationToken", token), ("title", "사진 있는 의자"), ("price", "1000"), ("description", "튼튼해요"))
                .File("photo", TestImages.Png())
                .ToUrl("/products/post");
            s.StatusCodeShouldBe(303);
        });
    }

    private static string BytesOf(MarketHost market) => string.Concat(
        Directory.GetFiles(market.StorageRoot, "market.db*").Where(file => !file.EndsWith("-shm", StringComparison.Ordinal))
            .Select(ReadShared));

    private static string ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>Runs another request just before the first statement that contains <paramref name="words"/>.</summary>
    private static void Meanwhile(MarketHost market, string words, Func<Task<IScenarioResult>> act)
    {
        market.Statements.Before = sql =>
        {
            if (!sql.Contains(words, StringComparison.Ordinal) || !sql.StartsWith("SELECT", StringComparison.Ordinal)) return;
            market.Statements.Before = null;
            Task.Run(act).GetAwaiter().GetResult().StatusCode.ShouldBe(303);
        };
    }

    private static async Task<System.Text.Json.JsonElement> Changes(Conversation talk, string query) => (await talk.Buyer.Scenario(s =>
    {
        s.Get.Url($"{talk.Url}?handler=Messages&{query}");
        s.StatusCodeShouldBeOk();
    })).ReadAsJson();

    private async Task<int> SignIn(string name) => (await host.Browser()
        .Submit("/account/sign-in", "form[data-sign-in]", ("userName", name), ("password", MarketHost.Password))).StatusCode;
}
