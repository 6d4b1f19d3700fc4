namespace MarketChat.Infrastructure.Data;

/// <summary>Patterns for LIKE that match text literally.</summary>
public static class LikePattern
{
    public const string Escape = @"\";

    /// <summary>Returns a pattern that matches any text which contains this text.</summary>
    public static string Containing(string text) => $"%{text.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_")}%";
}
