using AngleSharp.Html.Dom;
using MarketChat.Features.Chat.Photos;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Operations;
using MarketChat.Infrastructure.Photos;
using MarketChat.Tests.Infrastructure.Photos;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Features.Chat.Photos;

public sealed class PhotosTests(MarketHost host) : IClassFixture<MarketHost>
{
    private static readonly byte[] _jpeg = TestImages.Jpeg();
    private static readonly byte[] _noPicture = "this is no picture"u8.ToArray();

    [Fact]
    public async Task Photos_arrive_with_their_sizes_and_are_seen_by_both()
    {
        var talk = await Conversation.Create(host);

        var sent = await talk.ShowPhotos(talk.Buyer, TestImages.Jpeg(40, 20), TestImages.Png(8, 16), TestImages.Webp(6, 6));

        sent.Payload.ShouldBe("사진 3장");
        sent.Photos.ShouldBe([new(40, 20), new(8, 16), new(6, 6)]);
        var arrived = (await talk.Seller.Fetch($"{talk.Url}?handler=Messages&after=0")).ReadAsJson<PhotoSteps.RoomChangesResponse>()
            .Messages.ShouldHaveSingleItem();
        (arrived.Id, arrived.Mine).ShouldBe((sent.Id, false));
        arrived.Photos.ShouldBe(sent.Photos);
        foreach (var person in new[] { talk.Buyer, talk.Seller })
        {
            foreach (var number in new[] { 1, 2, 3 })
            {
                var shown = await person.Fetch(talk.UrlOf(sent, number));
                shown.Header("Content-Type").ShouldBe("image/webp");
                using var image = NetVips.Image.NewFromBuffer(shown.Body);
                new PhotoSteps.Size(image.Width, image.Height).ShouldBe(sent.Photos![number - 1]);
            }
        }
    }

    [Fact]
    public async Task The_room_shows_them_with_their_space_reserved_and_says_what_they_are()
    {
        var talk = await Conversation.Create(host);
        var sent = await talk.ShowPhotos(talk.Buyer, TestImages.Jpeg(40, 20), _jpeg);

        var page = await talk.Seller.Page(talk.Url);
        var pictures = page.QuerySelectorAll($"[data-message-id='{sent.Id}'] [data-photo-grid] img").Cast<IHtmlImageElement>().ToList();

        pictures.Select(picture => picture.GetAttribute("src")).ShouldBe([talk.UrlOf(sent, 1), talk.UrlOf(sent, 2)]);
        pictures.Select(picture => picture.AlternativeText).ShouldBe([$"{talk.Buyer.Name}님이 보낸 사진 1/2", $"{talk.Buyer.Name}님이 보낸 사진 2/2"]);
        (pictures[0].GetAttribute("width"), pictures[0].GetAttribute("height")).ShouldBe(("40", "20"));
    }

    [Fact]
    public async Task They_come_in_the_width_that_is_asked_for_and_to_its_two_people_alone()
    {
        var users = await TestUsers.Of(host);
        var sent = await users.Talk.ShowPhotos(users.Buyer, TestImages.Jpeg(800, 600));
        var url = users.Talk.UrlOf(sent);

        foreach (var (query, width) in new[] { ("", 800), ("?width=640", 640), ("?width=160", 160) })
        {
            var shown = await users.Seller.Fetch(url + query);
            using var image = NetVips.Image.NewFromBuffer(shown.Body);
            image.Width.ShouldBe(width);
            shown.Header("Cache-Control").ShouldBe("no-store", "opened by itself");
            await users.Stranger.Fetch(url + query, 404);
        }

        foreach (var query in new[] { "?width=161", "?width=", "?width=1600", "?width=abc" }) await users.Seller.Fetch(url + query, 404);
        var picture = (await users.Seller.Page(users.Talk.Url)).QuerySelector($"[data-message-id='{sent.Id}'] [data-photo-grid] img")
            .ShouldNotBeNull();
        picture.GetAttribute("srcset").ShouldBe($"{url}?width=160 160w, {url}?width=640 640w, {url} 800w");
        picture.GetAttribute("sizes").ShouldBe("213px");
    }

    [Fact]
    public async Task The_list_says_how_many_they_are()
    {
        var talk = await Conversation.Create(host);
        await talk.ShowPhotos(talk.Buyer, _jpeg, _jpeg);

        var card = (await talk.Seller.Page("/chat")).QuerySelector($"[data-room-id='{talk.RoomId}']").ShouldNotBeNull();

        card.TextContent.ShouldContain("사진 2장");
        card.HasAttribute("data-unread").ShouldBeTrue();
    }

    [Fact]
    public async Task A_photo_is_handed_out_as_a_picture_and_nothing_else_and_no_shared_cache_keeps_it()
    {
        var talk = await Conversation.Create(host);
        var sent = await talk.ShowPhotos(talk.Buyer, _jpeg);

        var first = await talk.Seller.Scenario(s =>
        {
            s.Get.Url(talk.UrlOf(sent));
            s.StatusCodeShouldBeOk();
            s.Header("Content-Type").SingleValueShouldEqual("image/webp");
            s.Header("X-Content-Type-Options").SingleValueShouldEqual("nosniff");
            s.Header("Content-Disposition").SingleValueShouldEqual("inline");
            s.Header("Content-Security-Policy").SingleValueShouldEqual("default-src 'none'; sandbox");
            s.Header("Cross-Origin-Resource-Policy").SingleValueShouldEqual("same-origin");
        });
        first.Header("Cache-Control").ShouldBe("no-store", "opened by itself");
        first.Header("Vary").ShouldBe("Sec-Fetch-Dest");
        var inPage = await talk.Seller.Scenario(s =>
        {
            s.Get.Url(talk.UrlOf(sent));
            s.WithRequestHeader("Sec-Fetch-Dest", "image");
        });
        inPage.Header("Cache-Control").ShouldNotBeNull().Split(", ").ShouldBe(["private", "no-cache"], ignoreOrder: true);
        await talk.Seller.Scenario(s =>
        {
            s.Get.Url(talk.UrlOf(sent));
            s.WithRequestHeader("If-None-Match", first.Header("ETag").ShouldNotBeNull());
            s.StatusCodeShouldBe(304);
        });
        (await talk.Seller.Fetch(talk.UrlOf(sent, 2), 404)).Header("Cache-Control").ShouldBe("no-store");
    }

    [Fact]
    public async Task Nobody_else_sees_them_by_any_address()
    {
        var users = await TestUsers.Of(host);
        var sent = await users.Talk.ShowPhotos(users.Buyer, _jpeg);
        var url = users.Talk.UrlOf(sent);

        await users.Stranger.Fetch(url, 404);
        await users.SignedOut.Scenario(s =>
        {
            s.Get.Url(url);
            s.StatusCodeShouldBe(302);
        });
        var data = await host.Data(db => db.Messages.Where(m => m.Id == sent.Id).Select(m => m.Data!).SingleAsync());
        var name = MessagePhoto.Deserialize(data).Single().Name;
        foreach (var visitor in new[] { users.Stranger, users.SignedOut, users.Buyer }) await visitor.Fetch($"/photos/{name}", 404);
    }

    [Theory]
    [InlineData("{room}/photos/{message}/0")]
    [InlineData("{room}/photos/{message}/2")]
    [InlineData("{room}/photos/{message}/-2147483648")]
    [InlineData("{other}/photos/{message}/1")]
    [InlineData("{room}/photos/999999999999/1")]
    public async Task Only_its_own_address_leads_to_a_photo(string url)
    {
        var talk = await Conversation.Create(host);
        var other = await host.AddRoom(await host.AddProduct(talk.Seller.Id), talk.Buyer.Id);
        var sent = await talk.ShowPhotos(talk.Buyer, _jpeg);

        await talk.Buyer.Fetch(
            "/chat/" + url.Replace("{room}", $"{talk.RoomId}").Replace("{other}", $"{other}").Replace("{message}", $"{sent.Id}"), 404);
    }

    [Fact]
    public async Task The_photos_of_a_message_that_was_removed_are_not_handed_out()
    {
        var talk = await Conversation.Create(host);
        var sent = await talk.ShowPhotos(talk.Buyer, _jpeg);

        await host.Data(
            db => db.Messages.Where(m => m.Id == sent.Id).ExecuteUpdateAsync(m => m.SetProperty(x => x.RemovedAt, host.Clock.UtcNow)));

        foreach (var person in new[] { talk.Buyer, talk.Seller }) await person.Fetch(talk.UrlOf(sent), 404);
    }

    [Fact]
    public async Task Where_and_how_a_photo_was_taken_stays_with_its_sender_but_it_stands_upright()
    {
        var talk = await Conversation.Create(host);

        var sent = await talk.ShowPhotos(talk.Buyer, TestImages.JpegWithGps(40, 20, orientation: 6));

        sent.Photos.ShouldBe([new(20, 40)]);
        (await talk.Seller.Fetch(talk.UrlOf(sent))).Body.AsSpan().IndexOf(TestImages.Latitude).ShouldBe(-1);
    }

    [Fact]
    public async Task The_same_photos_sent_again_are_the_same_message()
    {
        var talk = await Conversation.Create(host);
        var clientId = Guid.NewGuid();
        var first = (await talk.SendPhotos(talk.Buyer, [_jpeg, _jpeg], clientId)).ReadAsJson<PhotoSteps.PhotoMessage>();
        var files = host.FilesIn("photos");

        var again = await talk.SendPhotos(talk.Buyer, [_jpeg, _jpeg], clientId);

        again.StatusCode.ShouldBe(200);
        again.ReadAsJson<PhotoSteps.PhotoMessage>().Id.ShouldBe(first.Id);
        host.FilesIn("photos").ShouldBe(files);
    }

    [Fact]
    public async Task The_same_photos_sent_ten_times_at_once_are_one_message_with_one_set_of_files()
    {
        var talk = await Conversation.Create(host);
        var clientId = Guid.NewGuid();
        var token = await talk.Buyer.Token();
        var before = host.FilesIn("photos");

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => talk.SendPhotos(talk.Buyer, [_jpeg, _jpeg], clientId, token)));

        answers.Select(answer => answer.StatusCode).Order().ShouldBe([.. Enumerable.Repeat(200, 9), 201]);
        answers.Select(answer => answer.ReadAsJson<PhotoSteps.PhotoMessage>().Id).Distinct().ShouldHaveSingleItem();
        host.FilesIn("photos").Length.ShouldBe(before.Length + 2);
    }

    [Fact]
    public async Task Words_and_photos_stand_in_the_order_they_were_sent()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "이거예요");
        await talk.ShowPhotos(talk.Buyer, _jpeg);
        await talk.Send(talk.Buyer, "어때요?");

        (await talk.Poll(talk.Seller)).Messages.Select(m => m.Payload).ShouldBe(["이거예요", "사진 1장", "어때요?"]);
    }

    [Fact]
    public async Task Ten_photos_are_fine_and_eleven_too_many()
    {
        var talk = await Conversation.Create(host);
        var eleven = Enumerable.Repeat(_jpeg, Message.MaxPhotos + 1).ToArray();
        var before = host.FilesIn("photos");

        await ShouldBeRefused(await talk.SendPhotos(talk.Buyer, eleven), 400, "사진은 한 번에 10장까지 보낼 수 있어요.", talk);
        host.FilesIn("photos").ShouldBe(before);

        (await talk.ShowPhotos(talk.Buyer, eleven[1..])).Photos.ShouldNotBeNull().Length.ShouldBe(Message.MaxPhotos);
    }

    [Fact]
    public async Task Without_a_photo_there_is_nothing_to_send()
    {
        var talk = await Conversation.Create(host);
        await ShouldBeRefused(await talk.SendPhotos(talk.Buyer, []), 400, "사진을 골라주세요.", talk);
    }

    [Fact]
    public async Task One_file_that_is_no_photo_and_none_of_those_beside_it_are_kept()
    {
        var talk = await Conversation.Create(host);
        var before = host.FilesIn("photos");

        await ShouldBeRefused(await talk.SendPhotos(talk.Buyer, [_jpeg, _noPicture, _jpeg]), 400, "JPEG, PNG, WebP 사진만 올릴 수 있어요.", talk);

        host.FilesIn("photos").ShouldBe(before);
    }

    [Fact]
    public async Task A_photo_over_five_megabytes_is_too_large()
    {
        var talk = await Conversation.Create(host);
        await ShouldBeRefused(
            await talk.SendPhotos(talk.Buyer, [HostileFile.All["a file one byte too large"].Bytes]), 413, "사진은 5MB까지 올릴 수 있어요.", talk);
    }

    [Fact]
    public async Task An_upload_beyond_all_limits_is_rejected_before_it_is_read()
    {
        var talk = await Conversation.Create(host);
        var content = new ByteArrayContent(new byte[PhotosModel.MaxBytes + 1]);
        content.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "b") } };
        var token = await talk.Buyer.Token();

        await talk.Buyer.Scenario(s =>
        {
            s.Post.Content(() => content);
            s.Post.Url($"{talk.Url}/photos");
            s.AsScript(token);
            s.StatusCodeShouldBe(413);
            s.ContentShouldContain("더 작은 파일로 다시 시도해주세요.");
        });
    }

    [Fact]
    public async Task A_client_id_that_is_none_is_refused()
    {
        var talk = await Conversation.Create(host);
        var token = await talk.Buyer.Token();
        await talk.Buyer.Scenario(s =>
        {
            s.Post.Form(("clientId", "zz")).File("photo", _jpeg).ToUrl($"{talk.Url}/photos");
            s.AsScript(token);
            s.StatusCodeShouldBe(400);
            s.ContentShouldContain("요청을 이해하지 못했어요.");
        });
    }

    [Fact]
    public async Task A_stranger_cannot_send_into_the_room_and_a_signed_out_visitor_nowhere()
    {
        var users = await TestUsers.Of(host);
        var before = host.FilesIn("photos");

        (await users.Talk.SendPhotos(users.Stranger, [_jpeg])).StatusCode.ShouldBe(404);
        (await users.Talk.SendPhotos(users.SignedOut, [_jpeg], token: await users.TokenOf(users.SignedOut))).StatusCode.ShouldBe(401);

        host.FilesIn("photos").ShouldBe(before);
        (await users.Talk.Poll(users.Buyer)).Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Into_a_room_that_the_other_has_left_nothing_is_sent_but_what_was_is_still_seen()
    {
        var talk = await Conversation.Create(host);
        var sent = await talk.ShowPhotos(talk.Buyer, _jpeg);
        await talk.Seller.Submit("/account/delete", "form[data-delete-account]", ("password", MarketHost.Password));
        var before = host.FilesIn("photos");

        await ShouldBeRefused(await talk.SendPhotos(talk.Buyer, [_jpeg]), 409, "상대방이 탈퇴해서 더는 메시지를 보낼 수 없어요.", talk, messages: 1);
        (await talk.UploadOne(talk.Buyer, Guid.NewGuid(), 1, _jpeg)).StatusCode.ShouldBe(409);
        (await talk.SendPhotos(talk.Buyer, [_jpeg], sent.ClientId)).StatusCode.ShouldBe(200, "it had been sent before");
        (await talk.Buyer.Scenario(s =>
        {
            s.Get.Url($"{talk.Url}/photos");
            s.IgnoreStatusCode();
        })).Location.ShouldBe(talk.Url);
        host.FilesIn("photos").ShouldBe(before);
        await talk.Buyer.Fetch(talk.UrlOf(sent));
    }

    [Fact]
    public async Task When_both_have_left_their_photos_are_gone()
    {
        var talk = await Conversation.Create(host);
        var before = host.FilesIn("photos");
        await talk.ShowPhotos(talk.Buyer, _jpeg, _jpeg);

        foreach (var person in new[] { talk.Buyer, talk.Seller })
        {
            await person.Submit("/account/delete", "form[data-delete-account]", ("password", MarketHost.Password));
        }

        host.FilesIn("photos").ShouldBe(before);
    }

    [Fact]
    public async Task When_the_message_cannot_be_stored_its_photos_are_not_kept_either()
    {
        var talk = await Conversation.Create(host);
        await talk.Buyer.Token();
        var before = host.FilesIn("photos");
        host.Statements.Before = sql =>
        {
            if (sql.Contains("INSERT INTO \"Messages\"", StringComparison.Ordinal)) throw new InvalidOperationException("the disk is full");
        };

        try
        {
            (await talk.SendPhotos(talk.Buyer, [_jpeg])).StatusCode.ShouldBe(500);
        }
        finally
        {
            host.Statements.Before = null;
        }

        host.FilesIn("photos").ShouldBe(before);
    }

    [Fact]
    public async Task Everything_stored_agrees_and_ones_own_copy_names_the_photos()
    {
        using var market = new MarketHost();
        var talk = await Conversation.Create(market);
        await talk.Send(talk.Buyer, "이거예요");
        var sent = await talk.ShowPhotos(talk.Buyer, _jpeg, _jpeg);

        await using var scope = market.Services.CreateAsyncScope();
        (await scope.ServiceProvider.GetRequiredService<ConsistencyChecker>().RunAsync(CancellationToken.None)).Findings.ShouldBeEmpty();
        var messages = (await talk.Seller.Fetch("/account/export")).ReadAsJson().GetProperty("rooms")[0].GetProperty("messages");
        messages[0].TryGetProperty("photos", out _).ShouldBeFalse();
        messages[1].GetProperty("photos").EnumerateArray().Select(photo => photo.GetString())
            .ShouldBe([$"http://localhost{talk.UrlOf(sent, 1)}", $"http://localhost{talk.UrlOf(sent, 2)}"]);
    }

    [Trait("Category", "Slow")]
    [Fact]
    public async Task A_hostile_file_is_refused_or_loses_its_sting_all_at_once_or_in_parts()
    {
        var talk = await Conversation.Create(host);
        foreach (var file in HostileFile.All.Values)
        {
            var clientId = Guid.NewGuid();
            var whole = await talk.SendPhotos(talk.Buyer, [file.Bytes]);
            var upload = await talk.UploadOne(talk.Buyer, clientId, 1, file.Bytes);

            whole.StatusCode.ShouldBe(file.Rejection switch { null => 201, PhotoRejection.TooLarge => 413, _ => 400 }, file.Name);
            upload.StatusCode.ShouldBe(whole.StatusCode == 201 ? 204 : whole.StatusCode, file.Name);
            if (file.Rejection is not null) continue;

            var ofUploads = await talk.SendUploads(talk.Buyer, clientId, 1);
            ofUploads.StatusCode.ShouldBe(201, file.Name);
            foreach (var message in new[] { whole, ofUploads })
            {
                var shown = await talk.Seller.Fetch(talk.UrlOf(message.ReadAsJson<PhotoSteps.PhotoMessage>()));
                shown.Header("Content-Type").ShouldNotBeNull().ShouldStartWith("image/");
                shown.Body.AsSpan().IndexOf(HostileFile.Script).ShouldBe(-1, file.Name);
                shown.Body.AsSpan().IndexOf(TestImages.Latitude).ShouldBe(-1, file.Name);
            }
        }
    }

    [Fact]
    public async Task Who_sends_too_fast_learns_when_to_go_on()
    {
        using var market = new MarketHost().With("RateLimits:Enabled", "true").With("RateLimits:UploadsPerMinute", "1");
        var talk = await Conversation.Create(market);
        await talk.ShowPhotos(talk.Buyer, _jpeg);

        var script = await talk.SendPhotos(talk.Buyer, [_jpeg]);
        var form = await Submit(talk.Buyer, talk, await talk.Buyer.Page($"{talk.Url}/photos"), [_jpeg]);

        script.StatusCode.ShouldBe(429);
        script.Header("Retry-After").ShouldNotBeNull();
        form.StatusCode.ShouldBe(429);
        form.ReadAsHtml().QuerySelector("form[data-send-photos] [role=alert]").ShouldNotBeNull();
    }

    [Fact]
    public async Task Without_a_script_a_link_leads_to_a_form_that_sends_them_and_comes_back()
    {
        var talk = await Conversation.Create(host);
        var link = (await talk.Buyer.Page(talk.Url)).QuerySelector("[data-composer] a[data-photos-pick]").ShouldNotBeNull()
            .GetAttribute("href")!;

        var result = await Submit(talk.Buyer, talk, await talk.Buyer.Page(link), [_jpeg, _jpeg]);

        result.StatusCode.ShouldBe(303);
        result.Location.ShouldBe(talk.Url);
        (await talk.Seller.Page(talk.Url)).QuerySelectorAll("[data-photo-grid] img").Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_form_sent_twice_is_one_message_and_one_reached_by_the_back_button_with_other_photos_a_second()
    {
        var talk = await Conversation.Create(host);
        var form = await talk.Buyer.Page($"{talk.Url}/photos");

        foreach (var photo in new[] { _jpeg, _jpeg, TestImages.Png() })
        {
            (await Submit(talk.Buyer, talk, form, [photo])).StatusCode.ShouldBe(303);
        }

        (await talk.Poll(talk.Buyer)).Messages.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_form_reached_by_the_back_button_says_what_is_wrong_with_other_photos_and_sends_none_that_were_removed()
    {
        var talk = await Conversation.Create(host);
        var form = await talk.Buyer.Page($"{talk.Url}/photos");
        (await Submit(talk.Buyer, talk, form, [_jpeg])).StatusCode.ShouldBe(303);

        (await Submit(talk.Buyer, talk, form, [_noPicture])).StatusCode.ShouldBe(400);
        await host.Data(db => db.Messages.Where(m => m.ChatRoomId == talk.RoomId).ExecuteUpdateAsync(m => m
            .SetProperty(x => x.RemovedAt, host.Clock.UtcNow).SetProperty(x => x.Data, (string?)null)));
        var again = await Submit(talk.Buyer, talk, form, [_jpeg]);

        again.StatusCode.ShouldBe(409);
        (await talk.Poll(talk.Buyer)).Messages.Count.ShouldBe(1);
        (await Submit(talk.Buyer, talk, again.ReadAsHtml(), [_jpeg])).StatusCode.ShouldBe(303, "once more, and it is meant");
        (await talk.Poll(talk.Buyer)).Messages.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_form_comes_back_with_what_is_wrong()
    {
        var talk = await Conversation.Create(host);

        var result = await Submit(talk.Buyer, talk, await talk.Buyer.Page($"{talk.Url}/photos"), [_noPicture]);

        result.StatusCode.ShouldBe(400);
        result.ReadAsHtml().QuerySelector("form[data-send-photos] [role=alert]").ShouldNotBeNull()
            .TextContent.ShouldBe("JPEG, PNG, WebP 사진만 올릴 수 있어요.");
    }

    [Fact]
    public async Task With_the_flag_off_the_routes_and_the_button_are_gone_and_a_message_says_what_it_was()
    {
        using var on = new MarketHost();
        var before = await Conversation.Create(on);
        var sent = await before.ShowPhotos(before.Buyer, _jpeg, _jpeg);
        using var off = on.Restart().With($"FeatureManagement:{PhotosSetup.Flag}", "false");
        var buyer = off.Browser(cookies: before.Buyer.Cookies);
        var talk = before with { Host = off, Buyer = buyer };

        (await talk.SendPhotos(buyer, [_jpeg])).StatusCode.ShouldBe(404);
        (await talk.UploadOne(buyer, Guid.NewGuid(), 1, _jpeg)).StatusCode.ShouldBe(404);
        await buyer.Fetch(talk.UrlOf(sent), 404);
        await buyer.Fetch($"{talk.Url}/photos", 404);
        var room = await buyer.Page(talk.Url);
        room.QuerySelector("[data-photos-to-send]").ShouldBeNull();
        room.QuerySelector("[data-photo-grid]").ShouldBeNull();
        room.QuerySelector($"[data-message-id='{sent.Id}'] [data-text]").ShouldNotBeNull().TextContent.ShouldBe("사진 2장");
        await talk.Send(buyer, "말은 할 수 있어요");
    }

    private static async Task ShouldBeRefused(IScenarioResult answer, int status, string sentence, Conversation talk, int messages = 0)
    {
        answer.StatusCode.ShouldBe(status, answer.ReadAsText());
        answer.ReadAsJson<ApiContracts.Problem>().Detail.ShouldBe(sentence);
        (await talk.Poll(talk.Buyer)).Messages.Count.ShouldBe(messages);
    }

    private static Task<IScenarioResult> Submit(TestBrowser visitor, Conversation talk, IHtmlDocument page, byte[][] photos) =>
        visitor.Scenario(s =>
    {
        var hidden = page.QuerySelectorAll("[data-send-photos] input[type=hidden]").Cast<IHtmlInputElement>();
        var request = s.Post.Form(hidden.Select(input => (input.Name!, input.Value))).Multipart().ToUrl($"{talk.Url}/photos");
        foreach (var photo in photos) request.File("photo", photo);
        s.IgnoreStatusCode();
    });
}
