using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
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
    IReadOnlyList<ProductPhotoView> Photos,
    int Chats);

public sealed record ProductPhotoView(int Number, string Url, int Width, int Height);

public static class DetailsQuery
{
    /// <summary>Finds an available product by id; null if there is none.</summary>
    public static Task<ProductDetails?> FindAsync(this MarketDb db, int id, CancellationToken cancellationToken) =>
        db.Products.Available()
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
                .Select(photo => new ProductPhotoView(photo.Position + 1, PhotoNames.UrlOf(photo.Name), photo.Width, photo.Height))
                .ToList(),
            db.ChatRooms.Count(r => r.ProductId == p.Id)))
        .SingleOrDefaultAsync(cancellationToken);
}
