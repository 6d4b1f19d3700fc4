using System.Globalization;

namespace MarketChat.Infrastructure.Text;

/// <summary>Reads the data files of the Unicode Character Database that are embedded in the assembly (UnicodeData/README.md).</summary>
internal static class UnicodeDataFile
{
    /// <summary>A line of a data file: a range of code points and its value.</summary>
    public readonly record struct Range(int First, int Last, string Value);

    public static IEnumerable<Range> Read(string name)
    {
        using var reader = new StreamReader(
            typeof(UnicodeDataFile).Assembly.GetManifestResourceStream($"{typeof(UnicodeDataFile).Namespace}.UnicodeData.{name}")!);
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(';');
            var points = fields[0].Split("..");
            yield return new Range(ParseCodePoint(points[0]), ParseCodePoint(points[^1]), fields[1]);
        }
    }

    public static int ParseCodePoint(string hex) => int.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
