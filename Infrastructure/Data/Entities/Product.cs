using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MarketChat.Infrastructure.Data.Entities;

/// <summary>Something for sale. Ids grow with time, so "newest first" is by id.</summary>
public sealed class Product
{
    public const int MaxTitleLength = 60;
    public const int MaxDescriptionLength = 2_000;
    public const int MaxPrice = 1_000_000_000;
    public const int MaxPhotos = 5;

    public int Id { get; set; }
    public required string Title { get; set; }

    /// <summary>In won; 0 means it is given away.</summary>
    public int Price { get; set; }

    public required string Description { get; set; }
    public int SellerId { get; set; }
    public User Seller { get; set; } = null!;
    public DateTime CreatedAt { get; set; }

    /// <summary>When it left the market; null while it is there. Then only its title and price are left, for the rooms about it.</summary>
    public DateTime? DelistedAt { get; set; }

    /// <summary>Chosen by the form it was posted with: the same form sent again finds this row instead of making another.</summary>
    public Guid ClientId { get; set; } = Guid.NewGuid();

    public List<ProductPhoto> Photos { get; } = [];
}

/// <summary>One picture of a product: its file in the photo store, and its size in pixels, so that a page can reserve the space.</summary>
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
    /// <summary>What is in the market, for anybody to see.</summary>
    public static IQueryable<Product> Available(this IQueryable<Product> products) => products.Where(p => p.DelistedAt == null);
}

public sealed class ProductConfiguration : IEntityTypeConfiguration<Product>, IEntityTypeConfiguration<ProductPhoto>
{
    public void Configure(EntityTypeBuilder<Product> product)
    {
        product.Property(p => p.Title).HasMaxLength(Product.MaxTitleLength);
        product.Property(p => p.Description).HasMaxLength(Product.MaxDescriptionLength);
        product.HasOne(p => p.Seller).WithMany().HasForeignKey(p => p.SellerId).OnDelete(DeleteBehavior.Cascade);
        product.HasMany(p => p.Photos).WithOne().HasForeignKey(p => p.ProductId).OnDelete(DeleteBehavior.Cascade);

        product.HasIndex(p => new { p.SellerId, p.ClientId }).IsUnique();

        // The home page goes along this one, which holds only what it shows, however much has left the market.
        product.HasIndex(p => p.Id, "IX_Products_Available").HasFilter("\"DelistedAt\" IS NULL");
    }

    public void Configure(EntityTypeBuilder<ProductPhoto> photo)
    {
        photo.ToTable("ProductPhotos").HasKey(p => new { p.ProductId, p.Position });
        photo.Property(p => p.Name).HasMaxLength(StoredPhoto.MaxNameLength);
    }
}
