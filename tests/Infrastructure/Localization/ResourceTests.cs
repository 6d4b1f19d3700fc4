using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MarketChat.Tests.Infrastructure.Localization;

/// <summary>Every visible text exists in Korean and in English.</summary>
public sealed partial class ResourceTests
{
    private static readonly string _root = typeof(ResourceTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "AppRoot").Value!;

    public static TheoryData<string> Files => new(Sources("*.ko.resx").Concat(Sources("*.en.resx"))
        .Select(file => Regex.Replace(Path.GetRelativePath(_root, file), @"\.(ko|en)\.resx$", "")).Distinct());

    public static TheoryData<string> Views => new(Sources("*.cshtml").Select(file => Path.GetRelativePath(_root, file)));

    [Theory]
    [MemberData(nameof(Files))]
    public void Both_languages_have_the_same_words_with_the_same_gaps(string file)
    {
        var (korean, english) = (Words(file, "ko"), Words(file, "en"));

        korean.Keys.ShouldBe(english.Keys, ignoreOrder: true);
        foreach (var key in korean.Keys)
        {
            korean[key].ShouldNotBeNullOrWhiteSpace(key);
            english[key].ShouldNotBeNullOrWhiteSpace(key);
            Gaps(korean[key]).ShouldBe(Gaps(english[key]), ignoreOrder: true, customMessage: key);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void English_is_English(string file) =>
        Words(file, "en").Values.ShouldAllBe(word => !Hangul().IsMatch(word) || word.Contains("한국어"));

    [Theory]
    [MemberData(nameof(Views))]
    public void Every_word_a_view_asks_for_is_there_and_no_Korean_stands_outside_the_resources(string file)
    {
        var text = File.ReadAllText(Path.Combine(_root, file));

        Hangul().IsMatch(text.Replace("한국어", "")).ShouldBeFalse("words belong in the slice's resources");
        var keys = LocalizerCall().Matches(text).Select(match => match.Groups[1].Value).Distinct().ToList();
        if (keys.Count > 0) keys.ShouldBeSubsetOf(Words(file[..^".cshtml".Length], "ko").Keys);
    }

    private static IEnumerable<string> Sources(string pattern) => new[] { "Features", "Infrastructure" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(_root, folder), pattern, SearchOption.AllDirectories));

    private static Dictionary<string, string> Words(string file, string language) =>
        XDocument.Load(Path.Combine(_root, $"{file}.{language}.resx")).Root!.Elements("data")
            .ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    private static IEnumerable<string> Gaps(string word) => Gap().Matches(word).Select(match => match.Value).Distinct();

    [GeneratedRegex(@"\{\d+\}")]
    private static partial Regex Gap();

    [GeneratedRegex(@"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")]
    private static partial Regex Hangul();

    [GeneratedRegex("""\bL\["(\w+)""")]
    private static partial Regex LocalizerCall();
}
