using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Photos;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Products.Post;

/// <summary>
/// The result of posting a product: the product's id, or the rejection of a photo; neither if the account was deleted while the photos were
/// uploaded.
/// </summary>
public sealed record PostProductResult(int? ProductId, SavePhotoResult? Rejected = null);

/// <summary>
/// Posts a product with its photos; if either fails, neither is stored. Idempotent by <c>formId</c>: a form that is submitted twice, by a
/// double click or a reload, creates one product, and both requests get its id.
/// </summary>
public sealed class PostProduct(MarketDb db, PhotoStore photos, TimeProvider time)
{
    public async Task<PostProductResult> ExecuteAsync(
        ProductDraft draft, IReadOnlyList<IFormFile> files, int sellerId, Guid formId, CancellationToken cancellationToken)
    {
        var existing = db.Products.Where(p => p.SellerId == sellerId && p.ClientId == formId).Select(p => (int?)p.Id);
        if (await existing.SingleOrDefaultAsync(cancellationToken) is { } existingId) return new(existingId);

        var product = new Product
        {
            Title = draft.Title,
            Price = (int)draft.Price!.Value,
            Description = draft.Description,
            SellerId = sellerId,
            ClientId = formId,
            CreatedAt = time.GetUtcNowInMilliseconds(),
        };
        var (saved, isStored) = (new List<StoredPhoto>(), false);
        try
        {
            foreach (var file in files)
            {
                var result = await photos.SaveAsync(sellerId, file, cancellationToken);
                if (result.Photo is null) return new(null, result);
                saved.Add(result.Photo);
            }

            isStored = await db.ExecuteInTransactionAsync(token => StoreAsync(product, saved, token), cancellationToken);
            return new(isStored ? product.Id : null);
        }
        catch (DbUpdateException exception) when (db.Engine.IsUniqueViolation(exception))
        {
            return new(await existing.SingleAsync(cancellationToken));
        }
        finally
        {
            if (!isStored) await photos.DeleteAsync(saved.ConvertAll(photo => photo.Name));
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
