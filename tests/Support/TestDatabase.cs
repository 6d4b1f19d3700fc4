using MarketChat.Infrastructure.Data;

namespace MarketChat.Tests.Support;

/// <summary>An empty database of this version's schema: migrated once, by the app itself, and copied into each host's storage.</summary>
public static class TestDatabase
{
    private static readonly Lazy<byte[]> _migrated = new(Migrate);

    /// <summary>Does nothing where there is a database already, as after a restart.</summary>
    public static void CopyTo(string storageRoot)
    {
        var file = Path.Combine(storageRoot, "market.db");
        if (!File.Exists(file)) File.WriteAllBytes(file, _migrated.Value);
    }

    private static byte[] Migrate()
    {
        using var host = new MarketHost { StartsWithoutDatabase = true };
        var copy = Path.Combine(host.StorageRoot, "template.db");
        Task.Run(() => host.Data(async db =>
        {
            await db.BackupToAsync(copy, CancellationToken.None);
            return true;
        })).GetAwaiter().GetResult();
        return File.ReadAllBytes(copy);
    }
}
