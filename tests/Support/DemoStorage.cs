namespace MarketChat.Tests.Support;

/// <summary>
/// The storage after the app's first start with the demo data. Created once by the app itself and copied where a test needs it, because
/// photos and password hashes take most of a first start.
/// </summary>
public static class DemoStorage
{
    private static readonly Lazy<(Dictionary<string, byte[]> Files, string? Database)> _filled =
        new(() => Task.Run(Fill).GetAwaiter().GetResult());

    /// <summary>Gives a host that has not started the storage and the database with the demo data.</summary>
    public static void CopyTo(MarketHost host)
    {
        CopyTo(host.StorageRoot);
        if (host.Database is { } database) TestPostgres.Create(database, _filled.Value.Database!);
    }

    /// <summary>Copies the storage unless it already contains a database, as after a restart.</summary>
    public static void CopyTo(string storageRoot)
    {
        if (File.Exists(Path.Combine(storageRoot, "market.db"))) return;
        foreach (var (name, content) in _filled.Value.Files)
        {
            var file = Path.Combine(storageRoot, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, content);
        }
    }

    private static async Task<(Dictionary<string, byte[]> Files, string? Database)> Fill()
    {
        await using var host = new MarketHost { KeepsDatabase = true }.With("Demo:Enabled", "true");
        await host.Browser().Token("/account/sign-in"); // Creates the data protection keys.
        var files = new[] { "keys", "photos" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(host.StorageRoot, folder)))
            .ToDictionary(file => Path.GetRelativePath(host.StorageRoot, file), File.ReadAllBytes);
        if (host.Database is null) files["market.db"] = await TestDatabase.Copy(host);
        return (files, host.Database);
    }
}
