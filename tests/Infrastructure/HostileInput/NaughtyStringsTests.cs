using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using MarketChat.Infrastructure.Text;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Tests.Infrastructure.HostileInput;

/// <summary>
/// Accepted text is returned unchanged, apart from the documented normalization: trimmed, in NFC, one kind of line break.
/// </summary>
[Trait("Category", "Slow")]
public sealed class NaughtyStringsTests(MarketHost host) : IClassFixture<MarketHost>
{
    [Fact]
    public void There_are_many_and_each_is_there_once()
    {
        NaughtyStrings.All.Length.ShouldBeGreaterThan(150);
        NaughtyStrings.All.Distinct(StringComparer.Ordinal).Count().ShouldBe(NaughtyStrings.All.Length);
    }

    [Fact]
    public async Task As_messages_they_come_back_in_every_answer_and_on_the_page()
    {
        var talk = await Conversation.Create(host);
        var expected = new List<string>();

        foreach (var text in NaughtyStrings.All)
        {
            var answer = await talk.Post(talk.Buyer, text, Guid.NewGuid());
            if (Tidy(text).IsBlank()) answer.StatusCode.ShouldBe(400, Show(text));
            else
            {
                answer.StatusCode.ShouldBe(201, Show(text));
                answer.ReadAsJson<ApiContracts.Message>().Payload.ShouldBe(Tidy(text), Show(text));
                expected.Add(Tidy(text));
            }
        }

        expected.Count.ShouldBeGreaterThan(150);
        ShouldBeTheSame(await HistoryTexts(talk), expected);
        (await talk.Poll(talk.Seller)).Messages.Select(m => m.Payload).ShouldBe(expected[^40..]);
        await talk.MarkRead(talk.Seller, long.MaxValue); // So that the room opens at its newest messages.
        ShouldBeTheSame(await PageTexts(talk), expected);
    }

    [Fact]
    public async Task As_titles_and_descriptions_they_come_back_on_the_products_page_and_on_the_home_page()
    {
        var seller = await host.SignedIn("seller");
        var token = await seller.Token();
        var titles = new List<string>();

        foreach (var text in NaughtyStrings.All)
        {
            var answer = await seller.Scenario(s =>
            {
                s.Post.Form(("title", text), ("price", "1000"), ("description", text)).ToUrl("/products/post");
                s.WithRequestHeader("RequestVerificationToken", token);
                s.IgnoreStatusCode();
            });
            var title = Tidy(text).Replace('\n', ' ');
            if (title.IsBlank() || Characters.Count(title) > 60)
            {
                answer.StatusCode.ShouldBe(200, Show(text));
                continue;
            }

            answer.StatusCode.ShouldBe(303, Show(text));
            var page = await seller.Page(answer.Location!);
            page.QuerySelector(".product__title")!.TextContent.ShouldBe(title, Show(text));
            page.QuerySelector(".product__description")!.TextContent.ShouldBe(Tidy(text), Show(text));
            titles.Insert(0, title);
        }

        titles.Count.ShouldBeGreaterThan(150);
        ShouldBeTheSame((await TitlesAtHome(seller))[..titles.Count], titles);
    }

    [Fact]
    public async Task As_names_they_are_refused_in_a_sentence_or_kept_in_NFC()
    {
        var kept = 0;
        foreach (var name in NaughtyStrings.All)
        {
            var newcomer = host.Browser();
            var answer = await newcomer.Submit("/account/sign-up", "form[data-sign-up]",
                ("userName", name), ("password", MarketHost.Password), ("confirmPassword", MarketHost.Password));
            if (answer.StatusCode == 303)
            {
                kept++;
                (await newcomer.Page("/account/profile")).QuerySelector(".profile__name")!.TextContent
                    .ShouldBe(PlainText.NormalizeInput(name), Show(name));
            }
            else
            {
                answer.StatusCode.ShouldBe(200, Show(name));
                answer.ReadAsHtml().QuerySelector(".field__error")!.TextContent.ShouldNotBeEmpty(Show(name));
            }
        }

        kept.ShouldBeGreaterThan(30);
        var names = await host.Data(db => db.Users.Select(u => u.UserName!).ToListAsync());
        names.Select(name => name.Normalize(System.Text.NormalizationForm.FormKC).ToUpperInvariant()).ShouldBeUnique();
    }

    private static async Task<List<string>> HistoryTexts(Conversation talk)
    {
        var messages = new List<ApiContracts.Message>();
        for (var more = true; more;)
        {
            var url = $"{talk.Url}?handler=History&after={messages.LastOrDefault()?.Id ?? 0}";
            var page = (await talk.Seller.Scenario(s => s.Get.Url(url))).ReadAsJson<ApiContracts.History>();
            messages.AddRange(page.Messages);
            more = page.HasMore;
        }

        return messages.ConvertAll(m => m.Payload);
    }

    private static async Task<List<string>> PageTexts(Conversation talk)
    {
        var texts = new List<string>();
        for (var url = talk.Url; url is not null;)
        {
            var page = await talk.Seller.Page(url);
            texts.InsertRange(0, page.QuerySelectorAll("[data-messages] [data-text]").Select(text => text.TextContent));
            url = page.QuerySelector<IHtmlAnchorElement>("[data-older]:not([hidden]) a") is { } older
                ? talk.Url + older.GetAttribute("href")
                : null;
        }

        return texts;
    }

    private static async Task<List<string>> TitlesAtHome(TestBrowser visitor)
    {
        var titles = new List<string>();
        for (var url = "/"; url is not null;)
        {
            var page = await visitor.Page(url);
            titles.AddRange(page.QuerySelectorAll(".card__title").Select(title => title.TextContent));
            url = page.QuerySelector("a[rel=next]")?.GetAttribute("href");
        }

        return titles;
    }

    private static void ShouldBeTheSame(List<string> found, List<string> expected)
    {
        for (var i = 0; i < Math.Min(found.Count, expected.Count); i++) found[i].ShouldBe(expected[i], Show(expected[i]));
        found.Count.ShouldBe(expected.Count);
    }

    private static string Tidy(string text) => PlainText.NormalizeInput(text);

    private static string Show(string text) => string.Join(' ', text.EnumerateRunes().Select(rune => $"U+{rune.Value:X4}"));
}
