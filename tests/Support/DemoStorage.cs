namespace MarketChat.Tests.Support;

/// <summary>
/// The storage after the app's first start with the demo data. Created once by the app itself and copied where a test needs it, because
/// photos and password hashes take most of a first start.
/// </summary>
public static class DemoStorage
{
    private static readonly Lazy<Dictionary<string, byte[]>> _files = new(() => Task.Run(Fill).GetAwaiter().GetResult());

    /// <summary>Copies the storage unless it already contains a database, as after a restart.</summary>
    public static void CopyTo(string storageRoot)
    {
        if (File.Exists(Path.Combine(storageRoot, "market.db"))) return;
        foreach (var (name, content) in _files.Value)
        {
            var file = Path.Combine(storageRoot, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, content);
        }
    }

    private static async Task<Dictionary<string, byte[]>> Fill()
    {
        await using var host = new MarketHost().With("Demo:Enabled", "true");
        await host.Browser().Token("/account/sign-in"); // Creates the data protection keys.
        var files = new[] { "keys", "photos" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(host.StorageRoot, folder)))
            .ToDictionary(file => Path.GetRelativePath(host.StorageRoot, file), File.ReadAllBytes);
        files["market.db"] = await TestDatabase.Copy(host);
        return files;
    }
}
