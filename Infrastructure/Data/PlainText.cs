
namespace MarketChat.Infrastructure.Data;

public static class PlainText
{
    public const string LikeEscape = @"\";

    /// <summary>Whether every database engine can store the text unchanged: it contains no NUL and no unpaired surrogate.</summary>
    public static bool IsWellFormed(this string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || char.IsLowSurrogate(text[i])) return false;
            if (!char.IsHighSurrogate(text[i])) continue;
            if (++i == text.Length || !char.IsLowSurrogate(text[i])) return false;
        }

        return true;
    }

    /// <summary>Returns the text as it is stored: trimmed, with every kind of line break as "\n".</summary>
    public static string NormalizeInput(string? typed) => (typed ?? "").Replace("\r\n", "\n").Replace('\r', '\n').Trim();

    /// <summary>Returns a LIKE pattern that matches any text which contains this text literally.</summary>
    public static string ToContainsPattern(this string text) => $"%{text.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_")}%";
}
