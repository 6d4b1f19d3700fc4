using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace MarketChat.Infrastructure.Photos;

/// <summary>
/// The names of stored photos, their files and their URLs. A name contains 128 random bits, so it cannot be guessed, and its content never
/// changes: "0123456789abcdef0123456789abcdef.webp". Photos of a chat have the prefix "private-", and the public endpoint does not serve
/// them. Earlier versions also stored .jpg and .png files. The file of a smaller copy is named "...-160.webp".
/// </summary>
public static partial class PhotoNames
{
    /// <summary>The widths of the smaller copies in pixels.</summary>
    public const int Small = 160, Medium = 640;

    private const string PrivatePrefix = "private-";

    public static IReadOnlyList<int> SmallerWidths { get; } = [Medium, Small];

    /// <summary>The URL of a public photo.</summary>
    public static string UrlOf(string name) => $"/photos/{name}";

    /// <summary>The URL of a smaller copy. If the photo is not wider than that, the URL serves the photo itself.</summary>
    public static string UrlOf(string url, int width) => $"{url}?width={width}";

    /// <summary>
    /// Parses the query parameter <c>width</c>: null for the largest photo, or one of <see cref="SmallerWidths"/>. Any other value is
    /// invalid.
    /// </summary>
    public static bool TryParseWidth(string? query, out int? width)
    {
        width = query switch { "160" => Small, "640" => Medium, _ => null };
        return query is null || width is not null;
    }

    public static string NewPublic() => $"{RandomNumberGenerator.GetHexString(32, lowercase: true)}.webp";

    public static string NewPrivate() => PrivatePrefix + NewPublic();

    public static bool IsPrivate(string name) => name.StartsWith(PrivatePrefix, StringComparison.Ordinal);

    public static bool IsValid(string name) => NamePattern().IsMatch(name);

    /// <summary>The name of the file of a smaller copy.</summary>
    public static string CopyOf(string name, int width) => $"{Path.GetFileNameWithoutExtension(name)}-{width}.webp";

    /// <summary>Whether a name is that of a photo's file or of a smaller copy, and not of a temporary file.</summary>
    public static bool IsFile(string file) => FilePattern().IsMatch(file);

    /// <summary>The names of all files that a photo may have.</summary>
    public static IEnumerable<string> FilesOf(string name) => SmallerWidths.Select(width => CopyOf(name, width)).Prepend(name);

    /// <summary>The common prefix of the names of a photo's files, which is unique to the photo.</summary>
    public static string StemOf(string file) => StemPattern().Match(file).Value;

    /// <summary>The possible names of the photo with this stem.</summary>
    public static IEnumerable<string> NamesOf(string stem) => [$"{stem}.webp", $"{stem}.jpg", $"{stem}.png"];

    [GeneratedRegex(@"\A(private-)?[0-9a-f]{32}\.(jpg|png|webp)\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A(private-)?[0-9a-f]{32}(-[0-9]+)?\.(jpg|png|webp)\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FilePattern();

    [GeneratedRegex(@"\A(private-)?[0-9a-f]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StemPattern();
}
