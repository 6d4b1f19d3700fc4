
namespace MarketChat.Infrastructure.Data;

public static class PlainText
{
    public const string LikeEscape = @"\";

    /// <summary>Whether every engine can keep the text as it is: no NUL, and no half of a surrogate pair.</summary>
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

    /// <summary>Trimmed, with every kind of line break as "\n": what is stored of what somebody typed.</summary>
    public static string NormalizeInput(string? typed) => (typed ?? "").Replace("\r\n", "\n").Replace('\r', '\n').Trim();

    /// <summary>A pattern for LIKE that stands for any text which contains this one, to the letter.</summary>
    public static string ToContainsPattern(this string text) => $"%{text.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_")}%";
}
