using System.ComponentModel.DataAnnotations;

namespace MarketChat.Infrastructure.Data.Postgres;

/// <summary>A secret of the app that all instances share. Only its own database users may read the table.</summary>
public sealed class StoredSecret
{
    [Key, MaxLength(100)]
    public required string Name { get; set; }
    public required string Value { get; set; }
}
