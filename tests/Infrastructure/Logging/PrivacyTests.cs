using MarketChat.Tests.Browser;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Logging;

/// <summary>The app's logs contain events, but no private content, no addresses and no secrets.</summary>
public sealed class PrivacyTests
{
    private const string Address = "198.51.100.77";
    private const string Name = "logged-lena";
    private const string NewName = "logged-lea";
    private const string Password = "a password nobody logs";
    private const string WrongPassword = "a wrong guess at it";
    private const string Title = "unloggable bicycle";
    private const string Description = "unloggable description";
    private const string Text = "unloggable words";

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task Neither_log_holds_what_people_wrote_who_they_are_or_what_lets_them_in(string environment)
    {
        using var console = new ConsoleCapture();
        await using var host = new KestrelHost();
        host.With("environment", environment).With("Proxy:Known", "127.0.0.1, ::1").With("RateLimits:Enabled", "true");

        var secrets = await RunScenario(host);
        var logs = await LogFilesOf(host) + console.Text;

        logs.ShouldContain("account/sign-up", customMessage: "something is written down");
        logs.ShouldContain("The test breaks", customMessage: "failures are, too");
        foreach (var (what, secret) in secrets)
        {
            secret.ShouldNotBeNullOrEmpty(what);
            logs.Split('\n').Where(line => line.Contains(secret, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty(what);
        }
    }

    /// <summary>Runs through successful and failing requests of every kind.</summary>
    private static async Task<List<(string What, string Secret)>> RunScenario(KestrelHost host)
    {
        var lena = NewBrowser(host);
        await SignUp(lena, Name);
        await SignUp(NewBrowser(host), Name); // The name is taken.
        await SignIn(NewBrowser(host), Name, WrongPassword);
        await SignIn(NewBrowser(host), Name, Password);
        (await lena.Submit("/account/profile", "form[data-profile]", ("userName", NewName))).StatusCode.ShouldBe(303);

        var seller = await host.SignedIn("seller");
        var posted = await seller.Submit("/products/post", "form[data-post-product]", ("title", Title), ("price", "1000"),
            ("description", Description));
        await seller.Submit("/products/post", "form[data-post-product]", ("title", Title), ("price", Text), ("description", ""));
        var opened = await lena.Submit(posted.Location!, "form[data-start-chat]");
        var room = opened.Location.ShouldNotBeNull();
        (await lena.Submit(room, "form[data-composer]", ("payload", Text))).StatusCode.ShouldBe(303);
        (await seller.Page(room)).QuerySelector("[data-text]")!.TextContent.ShouldBe(Text);

        var token = await lena.Token();
        await Send(lena, room, token, Text + new string('x', 3_000));
        await Send(lena, room, token, Text + "\0");
        await Send(lena, room, "no token of ours", Text);
        await Send(lena, room, await seller.Token(), Text); // A token of another user.
        await lena.Scenario(s =>
        {
            s.Get.Url($"/chat/99999999?q={Text}");
            s.IgnoreStatusCode();
        });
        await lena.Scenario(s =>
        {
            s.Get.Url($"/no/{Title}/{Text}?password={Password}");
            s.IgnoreStatusCode();
        });
        await lena.Scenario(s =>
        {
            s.Get.Url($"{room}?handler=Messages&after={Text}");
            s.IgnoreStatusCode();
        });
        await lena.Scenario(s =>
        {
            s.Get.Url($"{room}?handler=unloggable");
            s.IgnoreStatusCode();
        });
        foreach (var table in new[] { "Messages", "ChatRooms", "AspNetUsers" })
        {
            host.Statements.Before = sql =>
            {
                if (sql.Contains($"\"{table}\"", StringComparison.Ordinal)) throw new InvalidOperationException("The test breaks.");
            };
            var failed = table == "AspNetUsers" ? await SignUp(NewBrowser(host), Name + table.Length) : await Send(lena, room, token, Text);
            failed.StatusCode.ShouldBe(500, table);
            await SignIn(NewBrowser(host), NewName, Password);
        }

        host.Statements.Before = null;
        var cookies = lena.Cookies.GetCookies(new Uri(host.Url));
        return
        [
            ("the address", Address), ("the name", Name), ("the new name", NewName), ("the seller's name", seller.Name),
            ("the password", Password),
            ("the wrong password", WrongPassword), ("the title", Title), ("the description", Description), ("the message", Text),
            ("any word of theirs", "unloggable"),
            ("the antiforgery token", token), ("the session", cookies["market-session"]!.Value),
            ("the antiforgery cookie", cookies["market-antiforgery"]!.Value),
        ];
    }

    private static TestBrowser NewBrowser(KestrelHost host)
    {
        var visitor = host.Browser();
        visitor.Headers["X-Forwarded-For"] = Address;
        return visitor;
    }

    private static Task<IScenarioResult> SignUp(TestBrowser visitor, string name) => visitor.Submit(
        "/account/sign-up", "form[data-sign-up]", ("userName", name), ("password", Password), ("confirmPassword", Password));

    private static Task<IScenarioResult> SignIn(TestBrowser visitor, string name, string password) =>
        visitor.Submit("/account/sign-in", "form[data-sign-in]", ("userName", name), ("password", password));

    private static Task<IScenarioResult> Send(TestBrowser visitor, string room, string token, string text) => visitor.Scenario(s =>
    {
        s.Post.Form(("payload", text)).ToUrl($"{room}/send");
        s.AsScript(token);
        s.IgnoreStatusCode();
    });

    private static async Task<string> LogFilesOf(KestrelHost host)
    {
        var files = Directory.GetFiles(Path.Combine(host.StorageRoot, "logs"));
        files.ShouldNotBeEmpty();
        var texts = new List<string>();
        foreach (var file in files)
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            texts.Add(await reader.ReadToEndAsync());
        }

        return string.Concat(texts);
    }

    /// <summary>Captures the console output, which may include that of other tests of this process.</summary>
    private sealed class ConsoleCapture : IDisposable
    {
        private readonly TextWriter _console = Console.Out;
        private readonly StringWriter _copy = new();

        public ConsoleCapture() => Console.SetOut(TextWriter.Synchronized(_copy));

        public string Text => _copy.ToString();

        public void Dispose()
        {
            Console.SetOut(_console);
            _copy.Dispose();
        }
    }
}
