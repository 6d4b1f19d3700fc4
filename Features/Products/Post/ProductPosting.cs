using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Products.Post;

/// <summary>
/// The posted product's id, or the sentence for the person that says what is wrong with a photo; neither where the account was closed
/// while the photos came in.
/// </summary>
public sealed record PostingOutcome(int? ProductId, string? PhotoProblem);

/// <summary>
/// Puts a draft up for sale: its photos as files, and then the product that names them; or, when either fails, neither. A form that
/// comes twice, by a double click or a reload, makes one product: the first to arrive does, and the other is led to it.
/// </summary>
public sealed class ProductPosting(MarketDb db, PhotoStore photos, TimeProvider time)
{
    public async Task<PostingOutcome> PostAsync(
        ProductDraft draft, IReadOnlyList<IFormFile> files, int sellerId, Guid formId, CancellationToken cancellationToken)
    {
        var existing = db.Products.Where(p => p.SellerId == sellerId && p.ClientId == formId).Select(p => (int?)p.Id);
        if (await existing.SingleOrDefaultAsync(cancellationToken) is { } posted) return new(posted, null);

        var product = new Product
        {
            Title = draft.Title,
            Price = (int)draft.Price!.Value,
            Description = draft.Description,
            SellerId = sellerId,
            ClientId = formId,
            CreatedAt = time.GetUtcMilliseconds(),
        };
        var kept = false;
        try
        {
            if (await AddPhotosAsync(product, files, cancellationToken) is { } problem) return new(null, problem);
            kept = await db.WriteAsync(token => StoreAsync(product, token), cancellationToken);
            return new(kept ? product.Id : null, null);
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            return new(await existing.SingleAsync(cancellationToken), null);
        }
        finally
        {
            if (!kept) product.Photos.ForEach(photo => photos.Delete(photo.Name));
        }
    }

    private async Task<string?> AddPhotosAsync(Product product, IReadOnlyList<IFormFile> files, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            var (photo, problem) = await photos.SaveAsync(file, cancellationToken);
            if (photo is null) return problem;
            product.Photos.Add(new ProductPhoto
            {
                Position = product.Photos.Count,
                Name = photo.Name,
                Width = photo.Width,
                Height = photo.Height,
            });
        }

        return null;
    }

    private async Task<bool> StoreAsync(Product product, CancellationToken cancellationToken)
    {
        if (!await db.Users.WithAccount().AnyAsync(u => u.Id == product.SellerId, cancellationToken)) return false;
        db.Products.Add(product);
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }
}
