using System.Globalization;
using MarketChat.Infrastructure.Photos;

namespace MarketChat.Features.Shared;

/// <summary>A user's photo; or, without a photo, the initial on one of eight colours that are derived from the name.</summary>
public sealed record Avatar(string Name, string? Photo)
{
    private const int ColorCount = 8;

    public string Initial { get; } = Name.Length == 0 ? "?" : StringInfo.GetNextTextElement(Name).ToUpperInvariant();

    public int ColorIndex { get; } = Name.Aggregate(0, (hash, letter) => (hash * 31 + letter) & 0xffff) % ColorCount;

    public string? Url { get; } = Photo is null ? null : PhotoNames.UrlOf(Photo);
}
