using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Operations;

/// <summary>The published app as an operator installs it: in Production, started from its own folder.</summary>
[Collection(nameof(PublishedAppTests)), Trait("Category", "Slow")]
public sealed partial class PublishedAppTests
{
    [Fact]
    public async Task The_published_app_serves_people_their_chat_photos_files_and_every_slices_styles_and_scripts()
    {
        await using var app = new AppUnderTestProcess { EnvironmentName = "Production", StartsWithoutData = true };
        await app.Start();
        var bob = await app.SignedIn("bob");

        (await bob.Submit("/products/9", "form[data-start-chat]")).Location.ShouldBe("/chat/2");
        (await bob.Submit("/chat/2", "form[data-composer]", ("payload", "안녕하세요, 공개된 앱"))).StatusCode.ShouldBe(303);
        var room = await bob.Page("/chat/2");
        room.QuerySelectorAll("[data-text]").Last().TextContent.ShouldBe("안녕하세요, 공개된 앱");

        await SendAndFetchPhoto(bob);
        await FetchPicture(bob, "/", "img[src^='/photos/']");
        await FetchLinkedFiles(bob, room);
        (await Fetch(bob, "/developers/flags", 404)).ReadAsText().ShouldNotContain("Exception");
        (await app.Run("check")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task What_only_developers_need_is_not_published()
    {
        await PublishedApp.Ready;
        var files = Directory.GetFiles(PublishedApp.Folder, "*", SearchOption.AllDirectories);

        files.ShouldContain(PublishedApp.Assembly);
        files.Where(file => DevelopersFile().IsMatch(file)).ShouldBeEmpty();
    }

    private static async Task SendAndFetchPhoto(TestBrowser bob)
    {
        var token = await bob.Token();
        await bob.Scenario(s =>
        {
            s.Post.Form(("clientId", $"{Guid.NewGuid()}")).File("photo", TestImages.Jpeg()).ToUrl("/chat/2/photos");
            s.AsScript(token);
            s.StatusCodeShouldBe(201);
        });
        await FetchPicture(bob, "/chat/2", "img[src^='/chat/2/photos/']");
    }

    private static async Task FetchPicture(TestBrowser bob, string page, string selector)
    {
        var picture = (await bob.Page(page)).QuerySelector(selector).ShouldNotBeNull($"{page} has no {selector}");
        (await Fetch(bob, picture.GetAttribute("src")!)).Header("Content-Type")!.ShouldStartWith("image/");
    }

    private static async Task FetchLinkedFiles(TestBrowser bob, IHtmlDocument room)
    {
        var linking = room.QuerySelectorAll("link[href], script[src]");
        var links = linking.Select(element => element.GetAttribute("href") ?? element.GetAttribute("src")!).ToList();
        foreach (var url in links) (await Fetch(bob, url)).ReadAsText().ShouldNotBeEmpty(url);
        (await Fetch(bob, "/icons.svg")).Header("Content-Type").ShouldBe("image/svg+xml");

        var styles = (await Fetch(bob, links.Single(url => url.StartsWith("/css/market.", StringComparison.Ordinal)))).ReadAsText();
        foreach (var sheet in Directory.GetFiles(Path.Combine(PublishedApp.Sources, "Features"), "*.css", SearchOption.AllDirectories))
        {
            var rule = File.ReadLines(sheet).First(line => line.StartsWith("  .", StringComparison.Ordinal) && line.Contains('{'));
            styles.ShouldContain(rule[..rule.IndexOf('{')], customMessage: sheet);
        }

        var script = (await Fetch(bob, links.Single(url => url.StartsWith("/js/market.", StringComparison.Ordinal)))).ReadAsText();
        var slices = Directory.GetFiles(Path.Combine(PublishedApp.Sources, "Features"), "*.js", SearchOption.AllDirectories)
            .ToLookup(file => file.EndsWith(".cshtml.js", StringComparison.Ordinal));
        foreach (var module in Directory.GetFiles(Path.Combine(PublishedApp.Sources, "wwwroot", "js"), "*.js").Concat(slices[false]))
        {
            var names = Export().Matches(File.ReadAllText(module)).Select(export => export.Groups["name"].Value);
            foreach (var name in names) script.ShouldContain(name, customMessage: module);
        }

        links.ShouldContain(url => url.StartsWith("/Features/Chat/Room/Room.", StringComparison.Ordinal));
        foreach (var file in slices[true])
        {
            var url = $"/{Path.GetRelativePath(PublishedApp.Sources, file).Replace('\\', '/')}";
            (await Fetch(bob, url)).ReadAsText().ShouldBe(await File.ReadAllTextAsync(file), url);
        }
    }

    private static async Task<IScenarioResult> Fetch(TestBrowser visitor, string url, int status = 200) => await visitor.Scenario(s =>
    {
        s.Get.Url(url);
        s.StatusCodeShouldBe(status);
    });

    [GeneratedRegex(@"Microsoft\.EntityFrameworkCore\.Design|Microsoft\.CodeAnalysis|\.cshtml$|\.cs$")]
    private static partial Regex DevelopersFile();

    [GeneratedRegex(@"^export (?:async )?(?:class|function|const) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Export();
}
