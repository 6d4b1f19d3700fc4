using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Photos;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Products.Browse;

public sealed record ProductCard(int Id, string Title, int Price, string Seller, DateTime CreatedAt, CoverPhoto? Photo, int Chats);

/// <param name="Width">The width of the largest copy in pixels.</param>
public sealed record CoverPhoto(string Url, int Width);

/// <param name="NextCursor">The id before which the next page starts; null on the last page.</param>
public sealed record ProductCards(IReadOnlyList<ProductCard> Cards, int? NextCursor);

/// <summary>
/// Reads a page of available products, newest first. Keyset pagination by id shows no product twice and skips none while products are
/// added, and every page costs the same (https://use-the-index-luke.com/no-offset).
/// </summary>
public static class BrowseQuery
{
    public const int PageSize = 20;

    public static async Task<ProductCards> PageAsync(this MarketDb db, int? before, CancellationToken cancellationToken)
    {
        var cards = await db.Products.Available()
            .Where(p => before == null || p.Id < before)
            .OrderByDescending(p => p.Id)
            .Take(PageSize + 1) // One more, to detect whether there is another page.
            .Select(p => new ProductCard(
                p.Id,
                p.Title,
                p.Price,
                p.Seller.UserName!,
                p.CreatedAt,
                p.Photos.OrderBy(photo => photo.Position).Select(photo => new CoverPhoto(PhotoNames.UrlOf(photo.Name), photo.Width))
                    .FirstOrDefault(),
                db.ChatRooms.Count(r => r.ProductId == p.Id)))
            .ToListAsync(cancellationToken);
        return cards.Count <= PageSize ? new(cards, null) : new(cards[..PageSize], cards[PageSize - 1].Id);
    }
}
