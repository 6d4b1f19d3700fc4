using System.Text.Json;
using MarketChat.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace MarketChat.Tests.Infrastructure.Logging;

/// <summary>One log line per request, with its route, status and level, and its exception if it failed.</summary>
public sealed class RequestLoggingTests : IAsyncDisposable
{
    private readonly MarketHost _host = new();

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_request_is_one_line_that_names_its_route_and_status()
    {
        var visitor = await _host.SignedIn();

        await visitor.Scenario(s =>
        {
            s.Get.Url("/chat/999999");
            s.StatusCodeShouldBe(404);
        });

        var line = LinesOf(_host, "chat/{id:int}").ShouldHaveSingleItem();
        line.GetProperty("Level").GetString().ShouldBe("Information");
        line.GetProperty("RenderedMessage").GetString()!.ShouldMatch(@"^""GET"" ""chat/\{id:int\}"" 404 in \d+\.\d ms ");
        line.GetProperty("Properties").TryGetProperty("RequestPath", out _).ShouldBeFalse();
        LinesOf(_host).Select(RouteOf).ShouldNotContain(route => route != null && route.StartsWith("error", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, 500, "Error")]
    [InlineData(413, 413, "Information")]
    public async Task A_failure_is_logged_once_with_its_exception_and_the_status_it_is_answered_with(int thrown, int status, string level)
    {
        var visitor = await _host.SignedIn();
        _host.Statements.Before = sql =>
        {
            if (!sql.Contains("\"ChatRooms\"", StringComparison.Ordinal)) return;
            _host.Statements.Before = null; // The error page shows the badge.
            throw thrown == 0 ? new InvalidOperationException("The test breaks.") : new BadHttpRequestException("The test breaks.", thrown);
        };

        (await visitor.Status("/chat/1")).ShouldBe(status);

        var line = LinesOf(_host).Where(IsOfThePipeline).Where(HasException).ShouldHaveSingleItem();
        line.GetProperty("Properties").GetProperty("Route").GetString().ShouldBe("chat/{id:int}");
        line.GetProperty("Properties").GetProperty("Status").GetInt32().ShouldBe(status);
        line.GetProperty("Level").GetString().ShouldBe(level);
        line.GetProperty("Exception").GetString()!.ShouldContain("The test breaks.");
    }

    [Fact]
    public async Task A_client_that_went_away_is_no_error()
    {
        var visitor = await _host.SignedIn();
        using var leaving = new CancellationTokenSource();
        _host.Statements.Before = sql =>
        {
            if (!sql.Contains("\"ChatRooms\"", StringComparison.Ordinal)) return;
            leaving.Cancel();
            throw new OperationCanceledException("The reader has left.");
        };

        await visitor.Scenario(s =>
        {
            s.Get.Url("/chat/1");
            s.ConfigureHttpContext(context => context.RequestAborted = leaving.Token);
            s.StatusCodeShouldBe(499);
        });

        await Wait.Until(() => LinesOf(_host, "chat/{id:int}").Any(), "the request is logged");
        var line = LinesOf(_host, "chat/{id:int}").ShouldHaveSingleItem();
        line.GetProperty("Properties").GetProperty("Status").GetInt32().ShouldBe(499);
        line.GetProperty("Level").GetString().ShouldBe("Information");
        _host.ErrorsInLog().ShouldBeEmpty();
    }

    [Fact]
    public async Task One_setting_shows_polls_static_files_and_pictures_which_are_at_debug()
    {
        _host.With("Serilog:MinimumLevel:Default", "Debug");
        var visitor = await _host.SignedIn();

        await visitor.Scenario(s => s.Get.Url("/badge"));
        await visitor.Scenario(s => s.Get.Url("/site.webmanifest"));

        LinesOf(_host, "badge").ShouldHaveSingleItem().GetProperty("Level").GetString().ShouldBe("Debug");
        LinesOf(_host).Select(RouteOf).ShouldContain(route => route != null && route.StartsWith("site.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_app_of_a_process_has_a_log_of_its_own()
    {
        await using var other = new MarketHost();
        await _host.Browser().Page("/account/sign-in");

        await other.Browser().Page("/account/sign-up");

        LinesOf(_host).Select(RouteOf).Where(route => route != null).ShouldBe(["account/sign-in"]);
        LinesOf(other).Select(RouteOf).Where(route => route != null).ShouldBe(["account/sign-up"]);
    }

    private static IEnumerable<JsonElement> LinesOf(MarketHost host, string route) => LinesOf(host).Where(line => RouteOf(line) == route);

    private static List<JsonElement> LinesOf(MarketHost host)
    {
        var file = Directory.GetFiles(Path.Combine(host.StorageRoot, "logs")).ShouldHaveSingleItem();
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(
            line => JsonDocument.Parse(line).RootElement)];
    }

    // EF Core logs a failed statement in its own log line.
    private static bool IsOfThePipeline(JsonElement line) =>
        !line.GetProperty("Properties").GetProperty("SourceContext").GetString()!
            .StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal);

    private static bool HasException(JsonElement line) => line.TryGetProperty("Exception", out _);

    private static string? RouteOf(JsonElement line) =>
        line.GetProperty("Properties").TryGetProperty("Route", out var route) ? route.GetString() : null;
}
