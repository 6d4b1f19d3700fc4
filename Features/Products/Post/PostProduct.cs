using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Photos;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Products.Post;

/// <summary>
/// The posted product's id, or what is wrong with a photo; neither where the account was closed while the photos came in.
/// </summary>
public sealed record PostProductResult(int? ProductId, SavePhotoResult? Rejected = null);

/// <summary>
/// Puts a draft up for sale: its photos, and then the product that names them; or, when either fails, neither. A form that
/// comes twice, by a double click or a reload, makes one product: the first to arrive does, and the other is led to it.
/// </summary>
public sealed class PostProduct(MarketDb db, PhotoStore photos, TimeProvider time)
{
    public async Task<PostProductResult> ExecuteAsync(
        ProductDraft draft, IReadOnlyList<IFormFile> files, int sellerId, Guid formId, CancellationToken cancellationToken)
    {
        var existing = db.Products.Where(p => p.SellerId == sellerId && p.ClientId == formId).Select(p => (int?)p.Id);
        if (await existing.SingleOrDefaultAsync(cancellationToken) is { } posted) return new(posted);

        var product = new Product
        {
            Title = draft.Title,
            Price = (int)draft.Price!.Value,
            Description = draft.Description,
            SellerId = sellerId,
            ClientId = formId,
            CreatedAt = time.GetUtcNowInMilliseconds(),
        };
        var (saved, kept) = (new List<StoredPhoto>(), false);
        try
        {
            foreach (var file in files)
            {
                var result = await photos.SaveAsync(sellerId, file, cancellationToken);
                if (result.Photo is null) return new(null, result);
                saved.Add(result.Photo);
            }

            kept = await db.ExecuteInTransactionAsync(token => StoreAsync(product, saved, token), cancellationToken);
            return new(kept ? product.Id : null);
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            return new(await existing.SingleAsync(cancellationToken));
        }
        finally
        {
            if (!kept) await photos.DeleteAsync(saved.ConvertAll(photo => photo.Name));
        }
    }

    private async Task<bool> StoreAsync(Product product, List<StoredPhoto> saved, CancellationToken cancellationToken)
    {
        if (!await db.Users.Active().AnyAsync(u => u.Id == product.SellerId, cancellationToken)) return false;
        foreach (var photo in saved)
        {
            photo.IsStaged = false;
            product.Photos.Add(
                new ProductPhoto { Position = product.Photos.Count, Name = photo.Name, Width = photo.Width, Height = photo.Height });
        }

        db.Products.Add(product);
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }
}
