using System.Text;
using System.Text.Json;
using AngleSharp.Dom;
using MarketChat.Features.Chat;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Operations;
using MarketChat.Infrastructure.Photos;
using MarketChat.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Features.Chat.Removal;

public sealed class RemovalTests(MarketHost host) : IClassFixture<MarketHost>
{
    private const string RemovedWords = "삭제된 메시지입니다";

    [Fact]
    public async Task A_removed_message_keeps_its_place_and_says_nothing_more_to_either()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "하나");
        var removed = await talk.Send(talk.Buyer, "둘");
        await talk.Send(talk.Seller, "셋");

        (await Remove(talk, talk.Buyer, removed.Id)).StatusCode.ShouldBe(204);

        foreach (var person in new[] { talk.Buyer, talk.Seller })
        {
            var messages = (await talk.Poll(person)).Messages;
            messages.Select(m => m.Payload).ShouldBe(["하나", "", "셋"]);
            messages.Select(m => m.Id).ShouldBeInOrder();
            messages[1].ShouldBe(removed with { Payload = "", Mine = person == talk.Buyer });
            var page = await person.Page(talk.Url);
            Texts(page).ShouldBe(["하나", RemovedWords, "셋"]);
            page.QuerySelectorAll("[data-removed=true]").Single().GetAttribute("data-message-id").ShouldBe($"{removed.Id}");
        }
    }

    [Fact]
    public async Task A_phone_that_was_offline_learns_of_it_by_its_next_question_and_so_does_one_that_never_had_it()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "하나");
        var before = await talk.Poll(talk.Seller);
        var removed = await talk.Send(talk.Buyer, "둘");
        var had = await talk.Poll(talk.Seller);
        await talk.Send(talk.Buyer, "셋");

        await Remove(talk, talk.Buyer, removed.Id);

        var news = await Changes(talk, talk.Seller, had.Rev);
        news.Select(m => (m.GetProperty("id").GetInt64(), IsRemoved(m))).ShouldBe([(removed.Id + 1, false), (removed.Id, true)]);
        (await Changes(talk, talk.Seller, before.Rev)).Select(m => m.GetProperty("payload").GetString()).ShouldBe(["셋", ""]);
        (await talk.Poll(talk.Seller, had.Rev)).Rev.ShouldBe(had.Rev + 2);
    }

    [Trait("Category", "Sqlite")]
    [Theory]
    [InlineData("아무도 못 읽을 비밀")]
    [InlineData("길어서 여러 쪽에 걸쳐 있는 비밀")]
    public async Task Its_words_are_gone_from_the_files_bytes(string secret)
    {
        await using var own = new MarketHost();
        var talk = await Conversation.Create(own);
        var text = secret.StartsWith("길어서", StringComparison.Ordinal) ? string.Concat(Enumerable.Repeat(secret, 100)) : secret;
        var message = await talk.Send(talk.Buyer, text);
        for (var i = 0; i < 20; i++) await talk.Send(talk.Buyer, $"말 {i}");
        FilesWith(own, secret).ShouldNotBeEmpty();

        await Remove(talk, talk.Buyer, message.Id);

        await Wait.Until(() => FilesWith(own, secret).Count == 0, "the words are gone");
        FilesWith(own, "말 19").ShouldNotBeEmpty();
    }

    [Trait("Category", "Sqlite")]
    [Fact]
    public async Task Somebody_who_is_reading_just_then_delays_the_log_and_nobody_else()
    {
        await using var own = new MarketHost();
        var talk = await Conversation.Create(own);
        var message = await talk.Send(talk.Buyer, "아무도 못 읽을 비밀");
        await using (
            var reader = new SqliteConnection($"Data Source={Path.Combine(own.StorageRoot, "market.db")};Mode=ReadOnly;Pooling=False"))
        {
            await reader.OpenAsync();
            await using var reading = reader.BeginTransaction(deferred: true);
            await using var look = reader.CreateCommand();
            (look.Transaction, look.CommandText) = (reading, "SELECT count(*) FROM Messages");
            await look.ExecuteScalarAsync();

            (await Remove(talk, talk.Buyer, message.Id)).StatusCode.ShouldBe(204);
            await talk.Send(talk.Seller, "그동안에도 쓸 수 있어요");
            FilesWith(own, "아무도 못 읽을 비밀").ShouldNotBeEmpty();
        }

        await Wait.Until(() => FilesWith(own, "아무도 못 읽을 비밀").Count == 0, "the words are gone");
    }

    [Fact]
    public async Task A_log_that_cannot_be_emptied_fails_nothing()
    {
        await using var own = new MarketHost();
        var talk = await Conversation.Create(own);
        var message = await talk.Send(talk.Buyer, "비밀");
        own.Statements.Before = sql =>
        {
            if (sql.Contains("wal_checkpoint", StringComparison.Ordinal)) throw new SqliteException("disk I/O error", 10);
        };

        (await Remove(talk, talk.Buyer, message.Id)).StatusCode.ShouldBe(204);
    }

    [Fact]
    public async Task Its_photos_are_gone_from_the_disk()
    {
        var talk = await Conversation.Create(host);
        await using var scope = host.Services.CreateAsyncScope();
        var photo = await host.AddPhoto(talk.Buyer.Id, TestImages.Jpeg(800, 600));
        var sent = await scope.ServiceProvider.GetRequiredService<SendMessage>().ExecuteAsync(
            talk.Buyer.Id, talk.RoomId, PhotoOf(photo), Guid.NewGuid(), CancellationToken.None);

        await Remove(talk, talk.Buyer, sent.Message!.Id);

        Directory.GetFiles(Path.Combine(host.StorageRoot, "photos"), $"{PhotoNames.StemOf(photo.Name)}*").ShouldBeEmpty();
        (await host.Data(db => db.StoredPhotos.AnyAsync(p => p.Name == photo.Name))).ShouldBeFalse();
        (await Changes(talk, talk.Seller, 0)).Single().TryGetProperty("photos", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_photos_file_that_cannot_be_deleted_fails_nothing()
    {
        using var own = new MarketHost();
        var talk = await Conversation.Create(own);
        await using var scope = own.Services.CreateAsyncScope();
        var photo = await own.AddPhoto(talk.Buyer.Id);
        var sent = await scope.ServiceProvider.GetRequiredService<SendMessage>().ExecuteAsync(
            talk.Buyer.Id, talk.RoomId, PhotoOf(photo), Guid.NewGuid(), CancellationToken.None);
        var file = Path.Combine(own.StorageRoot, "photos", photo.Name);
        File.Delete(file);
        Directory.CreateDirectory(file); // A directory cannot be deleted as a file, not even by root.

        (await Remove(talk, talk.Buyer, sent.Message!.Id)).StatusCode.ShouldBe(204);

        (await own.Data(db => db.StoredPhotos.AnyAsync())).ShouldBeFalse();
    }

    [Fact]
    public async Task The_list_says_so_where_it_was_the_newest_and_keeps_its_order()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "하나");
        var removed = await talk.Send(talk.Buyer, "둘");
        var before = await Card(talk.Seller, talk);

        await Remove(talk, talk.Buyer, removed.Id);

        foreach (var person in new[] { talk.Buyer, talk.Seller })
        {
            var card = await Card(person, talk);
            card.QuerySelector("[data-preview]").ShouldNotBeNull().TextContent.ShouldBe(RemovedWords);
            card.QuerySelector("time").ShouldNotBeNull().GetAttribute("datetime")
                .ShouldBe(before.QuerySelector("time")!.GetAttribute("datetime"));
        }
    }

    [Fact]
    public async Task A_removed_message_is_nothing_to_read()
    {
        var talk = await Conversation.Create(host);
        var first = await talk.Send(talk.Buyer, "하나");
        var second = await talk.Send(talk.Buyer, "둘");

        await Remove(talk, talk.Buyer, first.Id);
        (await Card(talk.Seller, talk)).GetAttribute("data-unread").ShouldBe("1");
        (await talk.Poll(talk.Seller)).UnreadRooms.ShouldBe(1);

        await Remove(talk, talk.Buyer, second.Id);
        (await Card(talk.Seller, talk)).HasAttribute("data-unread").ShouldBeFalse();
        (await talk.Poll(talk.Seller)).UnreadRooms.ShouldBe(0, "no badge leads to nothing");

        await talk.Send(talk.Buyer, "셋");
        (await talk.Poll(talk.Seller)).UnreadRooms.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_new_begins_at_the_first_message_that_says_something()
    {
        var talk = await Conversation.Create(host);
        var removed = await talk.Send(talk.Seller, "하나");
        await talk.Send(talk.Seller, "둘");
        await Remove(talk, talk.Seller, removed.Id);

        var page = await talk.Buyer.Page(talk.Url);

        page.QuerySelectorAll("[data-divider]").Single().NextElementSibling.ShouldNotBeNull().QuerySelector("[data-text]")!
            .TextContent.ShouldBe("둘");
        (await talk.Poll(talk.Buyer)).UnreadRooms.ShouldBe(0, "opening the room reads it as ever");
    }

    [Fact]
    public async Task Removing_it_again_and_all_at_once_is_fine_and_raises_nothing()
    {
        var talk = await Conversation.Create(host);
        var message = await talk.Send(talk.Buyer, "하나");
        var before = await talk.Poll(talk.Seller);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Remove(talk, talk.Buyer, message.Id)));

        answers.Select(answer => answer.StatusCode).ShouldAllBe(status => status == 204);
        (await talk.Poll(talk.Seller)).Rev.ShouldBe(before.Rev + 1);
        (await Remove(talk, talk.Buyer, message.Id)).StatusCode.ShouldBe(204);
        (await talk.Poll(talk.Seller)).Rev.ShouldBe(before.Rev + 1);
    }

    [Fact]
    public async Task Nobody_else_can_remove_it()
    {
        var talk = await Conversation.Create(host);
        var other = await Conversation.Create(host);
        var message = await talk.Send(talk.Buyer, "내 말");
        var elsewhere = await other.Send(other.Buyer, "다른 방의 말");

        foreach (var (who, where, id) in new[]
        {
            (await host.SignedIn("mallory"), talk, message.Id), // A user who is not a member of the room.
            (talk.Seller, talk, message.Id), // The other member of the room.
            (talk.Buyer, talk, elsewhere.Id),
            (talk.Buyer, other, message.Id),
            (talk.Buyer, talk, 999_999_999),
            (talk.Buyer, talk, 0),
        })
        {
            var refused = await Remove(where, who, id);
            refused.StatusCode.ShouldBe(404);
            refused.ReadAsJson<ApiContracts.Problem>().Detail.ShouldBe("메시지를 찾을 수 없습니다.");
            await who.Scenario(s =>
            {
                s.Get.Url($"{where.Url}/remove?message={id}");
                s.StatusCodeShouldBe(404);
            });
        }

        (await talk.Poll(talk.Seller)).Messages.Single().Payload.ShouldBe("내 말");
    }

    [Fact]
    public async Task Somebody_signed_out_is_told_to_sign_in()
    {
        var talk = await Conversation.Create(host);

        var result = await host.Browser().Scenario(s =>
        {
            s.Post.Form(("messageId", "1")).ToUrl($"{talk.Url}/remove");
            s.AsScript();
            s.StatusCodeShouldBe(401);
        });
        result.ReadAsJson<ApiContracts.Problem>().Detail.ShouldBe("로그인이 필요합니다.");

        (await host.Browser().Scenario(s =>
        {
            s.Get.Url($"{talk.Url}/remove?message=1");
            s.StatusCodeShouldBe(302);
        })).Location.ShouldNotBeNull().ShouldContain("/account/sign-in?returnUrl=");
    }

    [Fact]
    public async Task Without_the_antiforgery_token_nothing_is_removed()
    {
        var talk = await Conversation.Create(host);
        var message = await talk.Send(talk.Buyer, "내 말");

        await talk.Buyer.Scenario(s =>
        {
            s.Post.Form(("messageId", $"{message.Id}")).ToUrl($"{talk.Url}/remove");
            s.AsScript();
            s.StatusCodeShouldBe(400);
        });

        (await talk.Poll(talk.Seller)).Messages.Single().Payload.ShouldBe("내 말");
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("99999999999999999999")]
    public async Task What_is_no_message_id_is_400_in_a_sentence(string id)
    {
        var talk = await Conversation.Create(host);
        var token = await talk.Buyer.Token();

        var refused = await talk.Buyer.Scenario(s =>
        {
            s.Post.Form(("messageId", id)).ToUrl($"{talk.Url}/remove");
            s.AsScript(token);
            s.StatusCodeShouldBe(400);
        });

        refused.ReadAsJson<ApiContracts.Problem>().Detail.ShouldBe("요청을 이해하지 못했어요. 새로고침해주세요.");
    }

    [Fact]
    public async Task Within_a_day_it_can_be_removed_and_after_that_the_control_is_gone_and_a_sentence_says_why()
    {
        var talk = await Conversation.Create(host);
        var (young, old) = (await talk.Send(talk.Buyer, "젊은 말"), await talk.Send(talk.Buyer, "늙은 말"));
        await SentAgo(young.Id, TimeSpan.FromHours(23.9));
        await SentAgo(old.Id, TimeSpan.FromHours(24));

        Links(await talk.Buyer.Page(talk.Url)).ShouldBe([$"{talk.Url}/remove?message={young.Id}"]);
        var refused = await Remove(talk, talk.Buyer, old.Id);
        refused.StatusCode.ShouldBe(409);
        refused.ReadAsJson<ApiContracts.Problem>().Detail.ShouldBe("보낸 지 24시간이 지난 메시지는 삭제할 수 없어요.");
        var page = await talk.Buyer.Scenario(s =>
        {
            s.Get.Url($"{talk.Url}/remove?message={old.Id}");
            s.StatusCodeShouldBe(409);
        });
        page.ReadAsHtml().QuerySelector("[role=alert]").ShouldNotBeNull().TextContent.ShouldBe("보낸 지 24시간이 지난 메시지는 삭제할 수 없어요.");
        page.ReadAsHtml().QuerySelector("form[data-removal]").ShouldBeNull();

        (await Remove(talk, talk.Buyer, young.Id)).StatusCode.ShouldBe(204);
        (await talk.Poll(talk.Seller)).Messages.Select(m => m.Payload).ShouldBe(["", "늙은 말"]);
    }

    [Fact]
    public async Task A_form_that_comes_too_late_is_told_so_on_the_page()
    {
        var talk = await Conversation.Create(host);
        var message = await talk.Send(talk.Buyer, "늙은 말");
        var url = $"{talk.Url}/remove?message={message.Id}";
        var page = await talk.Buyer.Page(url);
        await SentAgo(message.Id, TimeSpan.FromHours(25));

        var refused = await talk.Buyer.Submit(page, url, "form[data-removal]");

        refused.StatusCode.ShouldBe(409);
        refused.ReadAsHtml().QuerySelector("[role=alert]").ShouldNotBeNull();
    }

    [Fact]
    public async Task Without_scripts_a_link_beside_my_message_leads_to_a_page_that_asks_and_its_form_removes()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Seller, "남의 말");
        var message = await talk.Send(talk.Buyer, "<b>내</b> 말");
        var link = Links(await talk.Buyer.Page(talk.Url)).ShouldHaveSingleItem();

        var asks = await talk.Buyer.Page(link);
        asks.QuerySelector("blockquote").ShouldNotBeNull().TextContent.ShouldBe("<b>내</b> 말");
        var result = await talk.Buyer.Submit(asks, link, "form[data-removal]");

        result.StatusCode.ShouldBe(303);
        result.Location.ShouldBe(talk.Url);
        var page = await talk.Buyer.Page(talk.Url);
        Texts(page).ShouldBe(["남의 말", RemovedWords]);
        Links(page).ShouldBeEmpty();
        await talk.Buyer.Scenario(s =>
        {
            s.Get.Url(link);
            s.ShouldRedirectTo(talk.Url);
        });
        (await talk.Buyer.Submit(asks, link, "form[data-removal]")).StatusCode.ShouldBe(303);
    }

    [Fact]
    public async Task A_late_retry_of_the_same_message_does_not_bring_it_back()
    {
        var talk = await Conversation.Create(host);
        var message = await talk.Send(talk.Buyer, "내 말");
        await Remove(talk, talk.Buyer, message.Id);

        var again = (await talk.Post(talk.Buyer, "내 말", message.ClientId, s => s.StatusCodeShouldBe(200))).ReadAsJson();

        again.GetProperty("id").GetInt64().ShouldBe(message.Id);
        again.GetProperty("payload").GetString().ShouldBe("");
        IsRemoved(again).ShouldBeTrue();
        (await talk.Poll(talk.Seller)).Messages.Single().Payload.ShouldBe("");
    }

    [Fact]
    public async Task An_old_form_of_a_removed_message_asks_before_it_sends_its_words()
    {
        var talk = await Conversation.Create(host);
        var page = await talk.Buyer.Page(talk.Url);
        await talk.Buyer.Submit(page, talk.Url, "form[data-composer]", ("payload", "내 말"));
        await Remove(talk, talk.Buyer, (await talk.Poll(talk.Buyer)).Messages.Single().Id);

        var asked = await talk.Buyer.Submit(page, talk.Url, "form[data-composer]", ("payload", "내 말"));

        asked.StatusCode.ShouldBe(409);
        (await talk.Poll(talk.Seller)).Messages.Single().Payload.ShouldBe("");
        await talk.Buyer.Submit(asked.ReadAsHtml(), $"{talk.Url}/send", "form[data-composer]");
        (await talk.Poll(talk.Seller)).Messages.Select(m => m.Payload).ShouldBe(["", "내 말"]);
    }

    [Fact]
    public async Task Whoever_is_left_in_a_closed_room_can_still_take_back_what_they_said()
    {
        var talk = await Conversation.Create(host);
        var message = await talk.Send(talk.Buyer, "내 말");
        await talk.Seller.Submit("/account/delete", "form[data-delete-account]", ("password", MarketHost.Password));

        (await Remove(talk, talk.Buyer, message.Id)).StatusCode.ShouldBe(204);

        Texts(await talk.Buyer.Page(talk.Url)).ShouldBe([RemovedWords]);
    }

    [Fact]
    public async Task Everything_stored_still_agrees()
    {
        await using var own = new MarketHost();
        var talk = await Conversation.Create(own);
        for (var i = 0; i < 6; i++) await talk.Send(i % 2 == 0 ? talk.Buyer : talk.Seller, $"말 {i}");
        foreach (var message in (await talk.Poll(talk.Buyer)).Messages)
        {
            await Remove(talk, message.Mine ? talk.Buyer : talk.Seller, message.Id);
        }

        await using var scope = own.Services.CreateAsyncScope();
        (await scope.ServiceProvider.GetRequiredService<ConsistencyChecker>().RunAsync(CancellationToken.None)).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task With_the_flag_off_nothing_can_be_removed_and_what_was_stays_removed()
    {
        await using var without = new MarketHost().With("FeatureManagement:MessageRemoval", "false");
        var talk = await Conversation.Create(without);
        var (removed, stands) = (await talk.Send(talk.Buyer, "하나"), await talk.Send(talk.Buyer, "둘"));
        await without.Data(db => db.Messages.Where(m => m.Id == removed.Id)
            .ExecuteUpdateAsync(m => m.SetProperty(x => x.RemovedAt, without.Clock.UtcNow).SetProperty(x => x.Payload, "")));

        (await Remove(talk, talk.Buyer, stands.Id)).StatusCode.ShouldBe(404);
        await talk.Buyer.Scenario(s =>
        {
            s.Get.Url($"{talk.Url}/remove?message={stands.Id}");
            s.StatusCodeShouldBe(404);
        });
        var page = await talk.Buyer.Page(talk.Url);
        Texts(page).ShouldBe([RemovedWords, "둘"]);
        page.QuerySelector("[data-remove], [data-removal-dialog]").ShouldBeNull();
        (await talk.Poll(talk.Seller)).Messages.Select(m => m.Payload).ShouldBe(["", "둘"]);
    }

    private static async Task<IScenarioResult> Remove(Conversation talk, TestBrowser person, long messageId)
    {
        var token = await person.Token();
        return await person.Scenario(s =>
        {
            s.Post.Form(("messageId", $"{messageId}")).ToUrl($"{talk.Url}/remove");
            s.AsScript(token);
            s.IgnoreStatusCode();
        });
    }

    private static async Task<IReadOnlyList<JsonElement>> Changes(Conversation talk, TestBrowser person, long after) =>
        [.. (await person.Scenario(s => s.Get.Url($"{talk.Url}?handler=Messages&after={after}"))).ReadAsJson()
            .GetProperty("messages").EnumerateArray()];

    private static bool IsRemoved(JsonElement message) => message.TryGetProperty("removed", out var removed) && removed.GetBoolean();

    private static async Task<IElement> Card(TestBrowser person, Conversation talk) =>
        (await person.Page("/chat")).QuerySelector($"[data-room-id='{talk.RoomId}']").ShouldNotBeNull();

    private static IEnumerable<string> Texts(IParentNode page) =>
        page.QuerySelectorAll("[data-messages] [data-text]").Select(text => text.TextContent);

    private static IEnumerable<string> Links(IParentNode page) =>
        page.QuerySelectorAll("[data-messages] a[data-remove]").Select(link => link.GetAttribute("href")!);

    private Task<int> SentAgo(long messageId, TimeSpan ago) => host.Data(db => db.Messages.Where(m => m.Id == messageId)
        .ExecuteUpdateAsync(m => m.SetProperty(x => x.CreatedAt, host.Clock.UtcNow - ago)));

    private static MessageContent PhotoOf(StoredPhoto photo) => new(
        "사진 1장", MessagePhoto.Kind, MessagePhoto.Serialize([new MessagePhoto(photo.Name, 16, 16)]),
        db => db.StoredPhotos.Where(p => p.Name == photo.Name).ExecuteUpdateAsync(set => set.SetProperty(p => p.IsStaged, false)));

    /// <summary>The database files whose bytes contain the text.</summary>
    private static List<string> FilesWith(MarketHost host, string text)
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        return Directory.GetFiles(host.StorageRoot, "market.db*").Where(file => Read(file).AsSpan().IndexOf(wanted) >= 0).ToList();

        static byte[] Read(string file)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
    }
}
