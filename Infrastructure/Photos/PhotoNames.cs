using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace MarketChat.Infrastructure.Photos;

/// <summary>
/// The names of stored photos and their addresses. A name is 128 random bits, which nobody guesses, and never stands for other bytes:
/// "0123456789abcdef0123456789abcdef.webp". Photos of a chat are called "private-...", which the public address does not serve. Photos of
/// former versions are .jpg and .png, too. A smaller copy is stored beside its photo, as "...-160.webp".
/// </summary>
public static partial class PhotoNames
{
    /// <summary>In pixels.</summary>
    public const int Small = 160, Medium = 640;

    private const string PrivatePrefix = "private-";

    public static IReadOnlyList<int> SmallerWidths { get; } = [Medium, Small];

    /// <summary>Where a browser finds a public photo.</summary>
    public static string UrlOf(string name) => $"/photos/{name}";

    /// <summary>The address of a smaller copy. For a photo that is not wider than that, the photo itself is served there.</summary>
    public static string UrlOf(string url, int width) => $"{url}?width={width}";

    /// <summary>The largest photo for null, a smaller copy for one of <see cref="SmallerWidths"/>; anything else is no address.</summary>
    public static bool TryParseWidth(string? query, out int? width)
    {
        width = query switch { "160" => Small, "640" => Medium, _ => null };
        return query is null || width is not null;
    }

    public static string NewPublic() => $"{RandomNumberGenerator.GetHexString(32, lowercase: true)}.webp";

    public static string NewPrivate() => PrivatePrefix + NewPublic();

    public static bool IsPrivate(string name) => name.StartsWith(PrivatePrefix, StringComparison.Ordinal);

    public static bool IsValid(string name) => NamePattern().IsMatch(name);

    /// <summary>The file of a smaller copy.</summary>
    public static string CopyOf(string name, int width) => $"{Path.GetFileNameWithoutExtension(name)}-{width}.webp";

    /// <summary>All files that a photo may have.</summary>
    public static IEnumerable<string> FilesOf(string name) => SmallerWidths.Select(width => CopyOf(name, width)).Prepend(name);

    /// <summary>What a photo's file shares with the files of its copies, and with no other photo's.</summary>
    public static string StemOf(string file) => StemPattern().Match(file).Value;

    /// <summary>The names that a photo with this stem can have.</summary>
    public static IEnumerable<string> NamesOf(string stem) => [$"{stem}.webp", $"{stem}.jpg", $"{stem}.png"];

    [GeneratedRegex(@"\A(private-)?[0-9a-f]{32}\.(jpg|png|webp)\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A(private-)?[0-9a-f]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StemPattern();
}
