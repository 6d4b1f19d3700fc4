using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using MarketChat.Features.Products.Post;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Tests.Features.Products;

public sealed class PostTests(MarketHost host) : IClassFixture<MarketHost>
{
    private const string Url = "/products/post";

    private static readonly byte[] _jpeg = TestImages.Jpeg();
    private static readonly byte[] _noPicture = "this is no picture"u8.ToArray();

    [Fact]
    public async Task Someone_posts_a_product_with_photos_and_is_led_to_it()
    {
        var alice = await host.SignedIn("alice");

        var result = await Submit(alice, await alice.Page(Url), [_jpeg, _jpeg], price: "12,000원");

        result.StatusCode.ShouldBe(303);
        var product = await alice.Page(result.Location.ShouldNotBeNull());
        product.QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe("통기타");
        product.QuerySelector("main").ShouldNotBeNull().TextContent.ShouldContain("12,000원");
        var pictures = product.QuerySelectorAll(".gallery__slide img");
        pictures.Length.ShouldBe(2);
        foreach (var picture in pictures)
        {
            await alice.Scenario(s =>
            {
                s.Get.Url(picture.GetAttribute("src")!);
                s.StatusCodeShouldBeOk();
            });
        }
    }

    [Fact]
    public async Task A_product_needs_no_photo()
    {
        var alice = await host.SignedIn("alice");
        var result = await alice.Submit(Url, "form[data-post-product]", ("title", "책"), ("price", "3000"), ("description", "한 권"));
        result.StatusCode.ShouldBe(303);
        (await ProductsOf(alice)).ShouldHaveSingleItem().Price.ShouldBe(3_000);
    }

    [Fact]
    public async Task The_box_for_giving_away_counts_more_than_a_price()
    {
        var alice = await host.SignedIn("alice");
        var page = await alice.Page(Url);
        await Submit(alice, page, [], price: "5000", more: ("free", "true"));
        (await ProductsOf(alice)).ShouldHaveSingleItem().Price.ShouldBe(0);
    }

    [Fact]
    public async Task Words_are_kept_as_typed_inside_the_trim()
    {
        var alice = await host.SignedIn("alice");
        await Submit(alice, await alice.Page(Url), [], title: "  <b>책</b> 🙂 ", description: "\r\n첫 줄\r\n\r\n  셋째 줄 <script>\r\n");

        var product = (await ProductsOf(alice)).ShouldHaveSingleItem();
        product.Title.ShouldBe("<b>책</b> 🙂");
        product.Description.ShouldBe("첫 줄\n\n  셋째 줄 <script>");
        (await alice.Page($"/products/{product.Id}")).QuerySelector(".product__description").ShouldNotBeNull()
            .TextContent.ShouldBe("첫 줄\n\n  셋째 줄 <script>");
    }

    [Fact]
    public async Task A_signed_out_visitor_is_sent_to_sign_in()
    {
        await host.Browser().Scenario(s =>
        {
            s.Get.Url(Url);
            s.StatusCodeShouldBe(302);
        });
        var result = await host.Browser().Scenario(s =>
        {
            s.Post.Form(("title", "책"), ("price", "1"), ("description", "한 권")).ToUrl(Url);
            s.IgnoreStatusCode();
        });
        result.StatusCode.ShouldBe(302);
        result.Location.ShouldNotBeNull().ShouldContain("/account/sign-in?returnUrl=%2Fproducts%2Fpost");
    }

    [Fact]
    public async Task A_form_from_elsewhere_is_refused()
    {
        var alice = await host.SignedIn("alice");
        await alice.Scenario(s =>
        {
            s.Post.Form(("title", "책"), ("price", "1"), ("description", "한 권")).ToUrl(Url);
            s.StatusCodeShouldBe(400);
        });
        (await ProductsOf(alice)).ShouldBeEmpty();
    }

    public static TheoryData<string, string, string, string, string> BrokenRules => new()
    {
        { "title", "  ", "1000", "좋아요", "제목을 입력해주세요." },
        { "title", new string('가', Product.MaxTitleLength + 1), "1000", "좋아요", "제목은 60자까지 쓸 수 있어요." },
        { "price", "책", "", "좋아요", "가격을 숫자로 입력하거나 나눔을 골라주세요." },
        { "price", "책", "비싸요", "좋아요", "가격을 알아볼 수 없어요. 12,000처럼 원 단위 숫자로 입력해주세요." },
        { "price", "책", "12,5", "좋아요", "가격을 알아볼 수 없어요. 12,000처럼 원 단위 숫자로 입력해주세요." },
        { "price", "책", "1,000,000,001", "좋아요", "가격은 1,000,000,000원까지 정할 수 있어요." },
        { "price", "책", "99999999999999999999999", "좋아요", "가격은 1,000,000,000원까지 정할 수 있어요." },
        { "description", "책", "1000", "\n", "설명을 입력해주세요." },
        { "description", "책", "1000", new string('나', Product.MaxDescriptionLength + 1), "설명은 2,000자까지 쓸 수 있어요." },
        { "title", "\u3164\u2800", "1000", "좋아요", "제목을 입력해주세요." },
        { "title", "책\0", "1000", "좋아요", "제목에 쓸 수 없는 글자가 있어요." },
        { "price", "책", "12000\ufffe", "좋아요", "가격을 알아볼 수 없어요. 12,000처럼 원 단위 숫자로 입력해주세요." },
        { "price", "책", "\u3164", "좋아요", "가격을 숫자로 입력하거나 나눔을 골라주세요." },
        { "description", "책", "1000", "\u200b", "설명을 입력해주세요." },
        { "description", "책", "1000", "영\0", "설명에 쓸 수 없는 글자가 있어요." },
    };

    [Theory]
    [MemberData(nameof(BrokenRules))]
    public async Task A_broken_rule_is_explained_and_nothing_is_stored(string field, string title, string price, string description,
        string sentence)
    {
        var alice = await host.SignedIn("alice");

        var result = await Submit(alice, await alice.Page(Url), [], title, price, description);

        result.StatusCode.ShouldBe(200);
        result.ReadAsHtml().QuerySelector($"#{field}-problem").ShouldNotBeNull().TextContent.ShouldBe(sentence);
        (await ProductsOf(alice)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_title_of_another_direction_does_not_turn_what_stands_around_it()
    {
        var alice = await host.SignedIn("alice");
        var product = await host.AddProduct(alice.Id, "\u2069\u202eabc");

        var page = await alice.Page($"/products/{product.Id}");

        page.Title.ShouldBe("\u2068\u202eabc\u2069 · 마켓챗");
        page.QuerySelector("h1").ShouldNotBeNull().GetAttribute("dir").ShouldBe("auto");
        (await alice.Page("/")).QuerySelector(".card__link").ShouldNotBeNull().GetAttribute("dir").ShouldBe("auto");
    }

    [Fact]
    public async Task The_longest_words_and_the_highest_price_are_fine()
    {
        var alice = await host.SignedIn("alice");
        var result = await Submit(
            alice, await alice.Page(Url), [],
            new string('가', Product.MaxTitleLength), $"{Product.MaxPrice}", new string('나', Product.MaxDescriptionLength));
        result.StatusCode.ShouldBe(303);
    }

    [Fact]
    public async Task A_form_comes_back_with_what_was_typed_and_asks_for_the_photos_again()
    {
        var alice = await host.SignedIn("alice", "en");
        var before = PhotoFiles();

        var result = await Submit(alice, await alice.Page(Url), [_jpeg], "My <guitar>", "cheap", "First line\nsecond", ("free", "false"));

        var page = result.ReadAsHtml();
        page.QuerySelector<IHtmlInputElement>("[name=title]").ShouldNotBeNull().Value.ShouldBe("My <guitar>");
        page.QuerySelector<IHtmlInputElement>("[name=price]").ShouldNotBeNull().Value.ShouldBe("cheap");
        page.QuerySelector<IHtmlTextAreaElement>("textarea[name=description]").ShouldNotBeNull().Value.ShouldBe("First line\nsecond");
        page.QuerySelector("#price-problem").ShouldNotBeNull().TextContent.ShouldContain("This price is unclear.");
        page.QuerySelector("[data-pick-again]").ShouldNotBeNull().TextContent.ShouldBe("Please choose your photos again.");
        PhotoFiles().ShouldBe(before);
    }

    [Fact]
    public async Task Five_photos_are_fine_and_six_too_many()
    {
        var alice = await host.SignedIn("alice");
        var six = Enumerable.Repeat(_jpeg, Product.MaxPhotos + 1).ToArray();
        var before = PhotoFiles();

        var tooMany = await Submit(alice, await alice.Page(Url), six);
        tooMany.ReadAsHtml().QuerySelector("#photo-problem").ShouldNotBeNull().TextContent.ShouldBe("사진은 5장까지 올릴 수 있어요.");
        PhotoFiles().ShouldBe(before);

        (await Submit(alice, await alice.Page(Url), six[1..])).StatusCode.ShouldBe(303);
        PhotoFiles().Length.ShouldBe(before.Length + Product.MaxPhotos);
    }

    [Fact]
    public async Task A_file_that_is_no_picture_is_refused_and_the_pictures_beside_it_are_not_kept()
    {
        var alice = await host.SignedIn("alice");
        var before = PhotoFiles();

        var result = await Submit(alice, await alice.Page(Url), [_jpeg, _noPicture]);

        result.StatusCode.ShouldBe(200);
        result.ReadAsHtml().QuerySelector("#photo-problem").ShouldNotBeNull().TextContent.ShouldContain("사진");
        (await ProductsOf(alice)).ShouldBeEmpty();
        PhotoFiles().ShouldBe(before);
    }

    [Fact]
    public async Task With_a_full_quota_the_form_comes_back_as_typed_and_says_so()
    {
        using var market = new MarketHost().With("Photos:QuotaFiles", "1");
        var alice = await market.SignedIn("alice");
        (await Submit(alice, await alice.Page(Url), [_jpeg])).StatusCode.ShouldBe(303);

        var page = (await Submit(alice, await alice.Page(Url), [_jpeg], title: "두 번째")).ReadAsHtml();

        page.QuerySelector("#photo-problem").ShouldNotBeNull().TextContent.ShouldStartWith("사진 저장 공간이 가득 찼어요.");
        page.QuerySelector<IHtmlInputElement>("[name=title]").ShouldNotBeNull().Value.ShouldBe("두 번째");
    }

    [Fact]
    public async Task When_the_product_cannot_be_stored_its_photos_are_not_kept_either()
    {
        var alice = await host.SignedIn("alice");
        var page = await alice.Page(Url);
        var before = PhotoFiles();
        host.Statements.Before = sql =>
        {
            if (sql.Contains("INSERT INTO \"Products\"", StringComparison.Ordinal)) throw new InvalidOperationException("the disk is full");
        };

        try
        {
            (await Submit(alice, page, [_jpeg])).StatusCode.ShouldBe(500);
        }
        finally
        {
            host.Statements.Before = null;
        }

        PhotoFiles().ShouldBe(before);
    }

    [Fact]
    public async Task The_same_form_sent_again_leads_to_the_product_it_made()
    {
        var alice = await host.SignedIn("alice");
        var form = await alice.Page(Url);
        var first = await Submit(alice, form, [_jpeg]);
        var photos = PhotoFiles();

        var second = await Submit(alice, form, [_jpeg]);

        second.StatusCode.ShouldBe(303);
        second.Location.ShouldBe(first.Location);
        (await ProductsOf(alice)).Count.ShouldBe(1);
        PhotoFiles().ShouldBe(photos);
    }

    [Fact]
    public async Task The_same_form_sent_ten_times_at_once_makes_one_product_with_one_set_of_photos()
    {
        var alice = await host.SignedIn("alice");
        var form = await alice.Page(Url);
        var before = PhotoFiles();

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Submit(alice, form, [_jpeg])));

        var product = (await ProductsOf(alice)).ShouldHaveSingleItem();
        results.Select(result => (result.StatusCode, result.Location)).Distinct().ShouldBe([(303, $"/products/{product.Id}")]);
        PhotoFiles().Except(before).Select(Path.GetFileName).ShouldBe(product.Photos.Select(photo => photo.Name));
    }

    [Fact]
    public async Task The_same_words_in_a_new_form_are_another_product()
    {
        var alice = await host.SignedIn("alice");
        await Submit(alice, await alice.Page(Url), []);
        await Submit(alice, await alice.Page(Url), []);
        (await ProductsOf(alice)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_form_id_that_somebody_else_used_finds_nothing_of_theirs()
    {
        var alice = await host.SignedIn("alice");
        var form = await alice.Page(Url);
        var hers = await Submit(alice, form, []);
        var formId = form.QuerySelector<IHtmlInputElement>("[name=FormId]").ShouldNotBeNull().Value;

        var mallory = await host.SignedIn("mallory");
        var theirs = await mallory.Submit(
            Url, "form[data-post-product]", ("title", "책"), ("price", "1"), ("description", "한 권"), ("FormId", formId));

        theirs.StatusCode.ShouldBe(303);
        theirs.Location.ShouldNotBe(hers.Location);
        (await ProductsOf(mallory)).ShouldHaveSingleItem().Title.ShouldBe("책");
    }

    [Theory]
    [InlineData("")]
    [InlineData("no id at all")]
    public async Task A_form_without_a_good_id_posts_all_the_same(string formId)
    {
        var alice = await host.SignedIn("alice");
        for (var i = 0; i < 2; i++)
        {
            var result = await alice.Submit(
                Url, "form[data-post-product]", ("title", "책"), ("price", "1"), ("description", "한 권"), ("FormId", formId));
            result.StatusCode.ShouldBe(303);
        }

        (await ProductsOf(alice)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_upload_beyond_the_limit_is_rejected_before_it_is_read()
    {
        var alice = await host.SignedIn("alice");
        var content = new ByteArrayContent(new byte[PostModel.MaxBytes + 1]);
        content.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "b") } };

        await alice.Scenario(s =>
        {
            s.Post.Content(() => content);
            s.Post.Url(Url);
            s.StatusCodeShouldBe(413);
            s.ContentShouldContain("보낸 내용이 너무 커요");
        });
    }

    private static Task<IScenarioResult> Submit(
        TestBrowser visitor,
        IHtmlDocument form,
        byte[][] photos,
        string title = "통기타",
        string price = "90000",
        string description = "줄을 새로 갈았어요.",
        params (string Field, string Value)[] more) => visitor.Scenario(s =>
    {
        var hidden = form.QuerySelectorAll("[data-post-product] input[type=hidden]").Cast<IHtmlInputElement>();
        var request = s.Post
            .Form(hidden.Select(input => (input.Name!, input.Value)))
            .Form(("title", title), ("price", price), ("description", description))
            .Form(more)
            .Multipart()
            .ToUrl(Url);
        foreach (var photo in photos) request.File("photo", photo);
        s.IgnoreStatusCode();
    });

    private Task<List<Product>> ProductsOf(TestBrowser seller) =>
        host.Data(db => db.Products.Include(p => p.Photos).Where(p => p.SellerId == seller.Id).ToListAsync());

    private string[] PhotoFiles() =>
        [.. Directory.GetFiles(Directory.CreateDirectory(Path.Combine(host.StorageRoot, "photos")).FullName).Order()];
}
