using System.Text;
using MarketChat.Infrastructure.Flags;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.FeatureManagement;

namespace MarketChat.Tests.Infrastructure.Flags;

/// <summary>The ways to configure the users of a feature: in a file, in the environment, on the command line, and combined.</summary>
public sealed class FlagRulesTests
{
    private const string ForAlice = """
        { "FeatureManagement": { "Search": { "EnabledFor": [
            { "Name": "Microsoft.Targeting", "Parameters": { "Audience": { "Users": [ "alice" ] } } } ] } } }
        """;

    [Theory]
    [InlineData("true", true, true)]
    [InlineData("True", true, true)]
    [InlineData("false", false, false)]
    [InlineData("", false, false)]
    [InlineData("@alice", true, false)]
    [InlineData("@Alice, @carol", true, false)]
    [InlineData("@bob,@alice", true, true)]
    [InlineData("0%", false, false)]
    [InlineData("100%", true, true)]
    [InlineData("@alice, 0%", true, false)]
    public async Task A_few_words_say_for_whom(string words, bool alice, bool bob)
    {
        foreach (var flags in new[] { Read(File($$"""{ "FeatureManagement": { "Search": "{{words}}" } }""")),
            Read(Environment("Search", words)), Read(CommandLine($"Search={words}")) })
        {
            (await flags.IsEnabledForAsync("Search", "alice")).ShouldBe(alice, words);
            (await flags.IsEnabledForAsync("Search", "bob")).ShouldBe(bob, words);
        }
    }

    [Fact]
    public async Task The_librarys_own_list_of_filters_says_so_too()
    {
        var environment =
            Environment("Search__EnabledFor__0__Name", "Targeting", "Search__EnabledFor__0__Parameters__Audience__Users__0", "alice");
        var commandLine =
            CommandLine("Search:EnabledFor:0:Name=Microsoft.Targeting", "Search:EnabledFor:0:Parameters:Audience:Users:0=alice");

        foreach (var flags in new[] { Read(File(ForAlice)), Read(environment), Read(commandLine) })
        {
            (await flags.IsEnabledForAsync("Search", "alice")).ShouldBeTrue();
            (await flags.IsEnabledForAsync("Search", "bob")).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task Who_is_excluded_has_it_not_even_where_everybody_else_has()
    {
        var flags = Read(CommandLine(
            "Search:EnabledFor:0:Name=Targeting",
            "Search:EnabledFor:0:Parameters:Audience:DefaultRolloutPercentage=100",
            "Search:EnabledFor:0:Parameters:Audience:Exclusion:Users:0=alice"));

        (await flags.IsEnabledForAsync("Search", "Alice")).ShouldBeFalse();
        (await flags.IsEnabledForAsync("Search", "bob")).ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_said_later_holds_whichever_way_it_is_said()
    {
        var off = Read(File(ForAlice), Environment("Search", "false"));
        var forBob = Read(File(ForAlice), CommandLine("Search=@bob"));
        var forAlice = Read(File("""{ "FeatureManagement": { "Search": true } }"""),
            Environment("Search__EnabledFor__0__Name", "Targeting", "Search__EnabledFor__0__Parameters__Audience__Users__0", "alice"));
        var noLonger = Read(File(ForAlice), CommandLine("Search:EnabledFor:0:Parameters:Audience:Users:0=bob"));

        (await off.IsEnabledForAsync("Search", "alice")).ShouldBeFalse();
        (await forBob.IsEnabledForAsync("Search", "alice")).ShouldBeFalse();
        (await forBob.IsEnabledForAsync("Search", "bob")).ShouldBeTrue();
        (await forAlice.IsEnabledForAsync("Search", "alice")).ShouldBeTrue();
        (await forAlice.IsEnabledForAsync("Search", "bob")).ShouldBeFalse();
        (await noLonger.IsEnabledForAsync("Search", "alice")).ShouldBeFalse();
        (await noLonger.IsEnabledForAsync("Search", "bob")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_flag_that_the_settings_do_not_name_is_off() => (await Read().IsEnabledForAsync("Search", "alice")).ShouldBeFalse();

    [Fact]
    public async Task A_percentage_does_not_depend_on_the_language_of_the_request()
    {
        var flags = Read(CommandLine("Search=50%"));
        var names = Enumerable.Range(0, 50).Select(i => $"IRIS{i}").ToList();

        var invariant = await WhoHasIt("");
        var turkish = await WhoHasIt("tr-TR"); // In Turkish, the lowercase of I is ı, without a dot.

        turkish.ShouldBe(invariant);

        async Task<List<string>> WhoHasIt(string culture)
        {
            System.Globalization.CultureInfo.CurrentCulture = new(culture);
            var found = new List<string>();
            foreach (var name in names)
            {
                if (await flags.IsEnabledForAsync("Search", name)) found.Add(name);
            }

            return found;
        }
    }

    [Fact]
    public async Task Settings_that_change_count_at_once_unless_they_make_no_sense()
    {
        var settings = new ConfigurationManager();
        settings["FeatureManagement:Search"] = "true";
        var flags = Read(settings);
        (await flags.IsEnabledForAsync("Search", "alice")).ShouldBeTrue();

        settings["FeatureManagement:Search"] = "false";
        ((IConfigurationRoot)settings).Reload();
        (await flags.IsEnabledForAsync("Search", "alice")).ShouldBeFalse();

        settings["FeatureManagement:Search"] = "ture";
        ((IConfigurationRoot)settings).Reload();
        (await flags.IsEnabledForAsync("Search", "alice")).ShouldBeFalse("as it was");
    }

    [Theory]
    [InlineData("ture", "Search=ture")]
    [InlineData("alice", "Search=alice")]
    [InlineData("125", "Search=125%")]
    [InlineData("-5%", "Search=-5%")]
    [InlineData("NaN", "Search=NaN%")]
    [InlineData("\"50\"", "Search=50")]
    [InlineData("30%", "Search=20%, 30%")]
    [InlineData("a name", "Search=@a name")]
    [InlineData("Search:EnabledFor:0", "Search:EnabledFor:0:Name=Targetting")]
    [InlineData("Percentage", "Search:EnabledFor:0:Name=Percentage", "Search:EnabledFor:0:Parameters:Value=50")]
    [InlineData("Audience", "Search:EnabledFor:0:Name=Targeting")]
    [InlineData("between 0 and 100", "Search:EnabledFor:0:Name=Targeting",
        "Search:EnabledFor:0:Parameters:Audience:DefaultRolloutPercentage=101")]
    [InlineData("Parameters", "Search:EnabledFor:0:Name=Targeting",
        "Search:EnabledFor:0:Parameters:Audience:DefaultRolloutPercentage=half")]
    [InlineData("Parameters", "Search:EnabledFor:0:Name=Targeting", "Search:EnabledFor:0:Parameters:Audience:User:0=alice")]
    [InlineData("groups", "Search:EnabledFor:0:Name=Targeting", "Search:EnabledFor:0:Parameters:Audience:Groups:0:Name=beta")]
    [InlineData("Search:EnableFor", "Search:EnableFor:0:Name=Targeting")]
    [InlineData("both a value and a list", "Search=true", "Search:EnabledFor:0:Name=Targeting")]
    public void A_rule_that_makes_no_sense_is_refused_with_where_it_stands(string hint, params string[] settings)
    {
        var refusal = Should.Throw<OptionsValidationException>(() => Read(CommandLine(settings)));

        refusal.Message.ShouldContain("FeatureManagement:Search");
        refusal.Message.ShouldContain(hint);
    }

    private static Action<IConfigurationBuilder> File(string json) =>
        builder => builder.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)));

    private static Action<IConfigurationBuilder> Environment(params string[] namesAndValues) => builder => builder.AddInMemoryCollection(
        namesAndValues.Chunk(2).Select(pair => KeyValuePair.Create($"FeatureManagement:{pair[0].Replace("__", ":")}", (string?)pair[1])));

    private static Action<IConfigurationBuilder> CommandLine(params string[] arguments) =>
        builder => builder.AddCommandLine([.. arguments.Select(argument => $"--FeatureManagement:{argument}")]);

    private static IFeatureManager Read(params Action<IConfigurationBuilder>[] sources)
    {
        var settings = new ConfigurationBuilder();
        foreach (var add in sources) add(settings);
        return Read(settings.Build());
    }

    private static IFeatureManager Read(IConfiguration settings) => new ServiceCollection()
        .AddSingleton(settings).AddLogging().AddHttpContextAccessor().AddMarketFlags()
        .BuildServiceProvider().GetRequiredService<IFeatureManager>();
}
