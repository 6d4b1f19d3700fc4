using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Photos;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Products.Details;

public sealed record ProductDetails(
    int Id,
    string Title,
    int Price,
    string Description,
    DateTime CreatedAt,
    int SellerId,
    string Seller,
    string? SellerAvatar,
    IReadOnlyList<ProductPicture> Pictures,
    int Chats);

public sealed record ProductPicture(int Number, string Url, int Width, int Height);

public static class DetailsQuery
{
    public static Task<ProductDetails?> DetailsAsync(this MarketDb db, int id, CancellationToken cancellationToken) =>
        db.Products.OnTheMarket()
        .Where(p => p.Id == id)
        .Select(p => new ProductDetails(
            p.Id,
            p.Title,
            p.Price,
            p.Description,
            p.CreatedAt,
            p.SellerId,
            p.Seller.UserName!,
            p.Seller.Avatar,
            p.Photos.OrderBy(photo => photo.Position)
                .Select(photo => new ProductPicture(photo.Position + 1, PhotoNames.UrlOf(photo.Name), photo.Width, photo.Height))
                .ToList(),
            db.ChatRooms.Count(r => r.ProductId == p.Id)))
        .SingleOrDefaultAsync(cancellationToken);
}
