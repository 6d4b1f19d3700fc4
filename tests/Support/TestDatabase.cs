using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Sqlite;

namespace MarketChat.Tests.Support;

/// <summary>An empty database with the current schema: migrated once by the app itself, and copied to each host's storage.</summary>
public static class TestDatabase
{
    private static readonly Lazy<byte[]> _migrated = new(() => Task.Run(Migrate).GetAwaiter().GetResult());

    /// <summary>Copies the database unless the storage already has one, as after a restart.</summary>
    public static void CopyTo(string storageRoot)
    {
        var file = Path.Combine(storageRoot, "market.db");
        if (!File.Exists(file)) File.WriteAllBytes(file, _migrated.Value);
    }

    /// <summary>The complete database of a host as a single file.</summary>
    public static async Task<byte[]> Copy(MarketHost host)
    {
        var copy = Path.Combine(host.StorageRoot, "template.db");
        await host.Data(async db =>
        {
            await db.BackupToAsync(copy, CancellationToken.None);
            return true;
        });
        return await File.ReadAllBytesAsync(copy);
    }

    private static async Task<byte[]> Migrate()
    {
        await using var host = new MarketHost { StartsWithoutDatabase = true };
        return await Copy(host);
    }
}
