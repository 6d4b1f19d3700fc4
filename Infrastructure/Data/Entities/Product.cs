using MarketChat.Infrastructure.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MarketChat.Infrastructure.Data.Entities;

/// <summary>A product for sale. Ids rise with time, so "newest first" is by id.</summary>
public sealed class Product
{
    public const int MaxTitleLength = 60;
    public const int MaxDescriptionLength = 2_000;
    public const int MaxPrice = 1_000_000_000;
    public const int MaxPhotos = 5;

    public int Id { get; set; }

    public required string Title
    {
        get;
        set => (field, SearchTitle) = (value, SearchKey.Of(value));
    }

    /// <summary>The title as it is searched (<see cref="SearchKey"/>). A statement that writes the title writes it too.</summary>
    public string SearchTitle { get; private set; } = "";

    /// <summary>The price in won; 0 for free.</summary>
    public int Price { get; set; }

    public required string Description { get; set; }
    public int SellerId { get; set; }
    public User Seller { get; set; } = null!;
    public DateTime CreatedAt { get; set; }

    /// <summary>
    /// When the product was delisted; null while it is available. A delisted product keeps only its title and price, for the rooms about
    /// it.
    /// </summary>
    public DateTime? DelistedAt { get; set; }

    /// <summary>
    /// An id chosen by the form that posts the product: the same form, sent again, finds this row, and no second row is stored.
    /// </summary>
    public Guid ClientId { get; set; } = Guid.NewGuid();

    public List<ProductPhoto> Photos { get; } = [];
}

/// <summary>A photo of a product: its file in the photo store, and its size in pixels, so that a page can reserve the space.</summary>
public sealed class ProductPhoto
{
    public int ProductId { get; set; }
    public int Position { get; set; }
    public required string Name { get; set; }
    public int Width { get; set; }
    public int Height { get; set; }
}

public static class ProductQueries
{
    /// <summary>The products that are for sale, which everybody can see.</summary>
    public static IQueryable<Product> Available(this IQueryable<Product> products) => products.Where(p => p.DelistedAt == null);
}

public sealed class ProductConfiguration : IEntityTypeConfiguration<Product>, IEntityTypeConfiguration<ProductPhoto>
{
    public void Configure(EntityTypeBuilder<Product> product)
    {
        product.Property(p => p.Title).HasMaxLength(Product.MaxTitleLength * Characters.MaxUnits);
        product.Property(p => p.SearchTitle).HasDefaultValue("");
        product.Property(p => p.Description).HasMaxLength(Product.MaxDescriptionLength * Characters.MaxUnits);
        product.HasOne(p => p.Seller).WithMany().HasForeignKey(p => p.SellerId).OnDelete(DeleteBehavior.Cascade);
        product.HasMany(p => p.Photos).WithOne().HasForeignKey(p => p.ProductId).OnDelete(DeleteBehavior.Cascade);

        product.HasIndex(p => new { p.SellerId, p.ClientId }).IsUnique();

        // The home page reads this index, which contains only the available products, however many were delisted.
        product.HasIndex(p => p.Id, "IX_Products_Available").HasFilter("\"DelistedAt\" IS NULL");
    }

    public void Configure(EntityTypeBuilder<ProductPhoto> photo)
    {
        photo.ToTable("ProductPhotos").HasKey(p => new { p.ProductId, p.Position });
        photo.Property(p => p.Name).HasMaxLength(StoredPhoto.MaxNameLength);
    }
}
