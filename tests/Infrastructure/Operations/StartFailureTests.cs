using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using MarketChat.Infrastructure.Storage;
using MarketChat.Tests.Support;
using Microsoft.Extensions.Options;

namespace MarketChat.Tests.Infrastructure.Operations;

/// <summary>What an operator sees if the app cannot start: one line that names the setting, path or command, and exit code 1.</summary>
[Trait("Category", "Sqlite")]
public sealed class StartFailureTests
{
    [Theory]
    [InlineData("Chat:PollSeconds", "0", "Chat:PollSeconds must be between")]
    [InlineData("Chat:WaitSeconds", "NaN", "Chat:WaitSeconds must be between")]
    [InlineData("Chat:PolSeconds", "3", "Chat:PolSeconds is not a setting")]
    [InlineData("Photos:QuotaMegabytes", "0", "Photos:QuotaMegabytes must be between")]
    [InlineData("RateLimits:MessagesPerMinute", "-1", "RateLimits:MessagesPerMinute must be between")]
    [InlineData("Push:Contact", "nobody", "Push:Contact must be")]
    public void A_setting_out_of_range_is_named(string key, string value, string reason)
    {
        using var host = new MarketHost().With(key, value);

        Should.Throw<OptionsValidationException>(() => _ = host.Services).Message.ShouldStartWith(reason);
        File.Exists(Path.Combine(host.StorageRoot, "market.lock")).ShouldBeFalse("nothing was begun");
    }

    [Theory]
    [InlineData("urls", "foo", "foo")]
    [InlineData("urls", "http://127.0.0.1:99999", "99999")]
    [InlineData("urls", "http://[::1]:port", "port")]
    [InlineData("Storage:Root", " ", "Storage:Root")]
    [InlineData("ConnectionStrings:Market", "Bla=1", "ConnectionStrings:Market")]
    [InlineData("ConnectionStrings:Market", "Data Source=/nowhere/market.db", "/nowhere")]
    [InlineData("Serilog:MinimumLevel:Default", "Loud", "Serilog")]
    public void A_setting_that_makes_no_sense_is_named(string key, string value, string named)
    {
        using var host = new MarketHost().With(key, value);

        Should.Throw<OperatorException>(() => _ = host.Services).Message.ShouldContain(named);
    }

    [Fact]
    public async Task No_new_database_is_made_beside_the_data_of_a_former_one()
    {
        await using var host = new MarketHost { StartsWithoutDatabase = true };
        var former = Directory.CreateDirectory(Path.Combine(host.StorageRoot, "replaced-20260101-000000")).FullName;

        Should.Throw<OperatorException>(() => _ = host.Services).Message.ShouldContain(former);
        File.Exists(Path.Combine(host.StorageRoot, "market.db")).ShouldBeFalse();
    }

    [Fact, Trait("Category", "Slow")]
    public async Task Each_failure_is_one_line_and_exit_code_1()
    {
        await using var app = new AppUnderTestProcess();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var file = Path.Combine(app.Storage, "file");
        await File.WriteAllTextAsync(file, "");
        (string[] Line, string Named)[] failures =
        [
            (["check"], "market.db"), (["backup", Path.Combine(app.Storage, "x.zip")], "market.db"),
            (["--chek"], "--chek"), (["--Storage:Root", file], file), (["--Storage:Root", "/proc/market"], "/proc/market"),
            (["--Chat:PollSeconds=0"], "Chat:PollSeconds"), (["--RateLimits:Enabled=maybe"], "RateLimits:Enabled"),
            (["--Proxy:Known=hello"], "Proxy:Known"), (["--Demo:Enabled=maybe"], "Demo:Enabled"),
            (["--urls", $"http://127.0.0.1:{port}"], port),
        ];
        foreach (var (line, named) in failures)
        {
            var (exitCode, output) = await app.Run(line);
            exitCode.ShouldBe(1, output);
            // Lines of the log begin with the time.
            var said = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(text => !Regex.IsMatch(text, @"^\d\d:\d\d:\d\d INF")).ShouldHaveSingleItem();
            said.ShouldContain(named);
        }
    }

    [Fact, Trait("Category", "Slow")]
    public async Task Without_ICU_or_in_invariant_mode_the_missing_library_is_named()
    {
        await using var app = new AppUnderTestProcess();

        var (exitCode, said) = await app.RunIn(["env", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1"], "check");

        exitCode.ShouldBe(1, said);
        said.TrimEnd().ShouldStartWith("The library ICU is missing");
        said.TrimEnd().ShouldNotContain("\n");
    }
}
