namespace MarketChat.Tests.Support;

/// <summary>
/// What the app's first start with the demo people leaves in its storage: made once, by the app itself, and copied to where a test wants
/// to find it. Photos and passwords take a first start most of its time.
/// </summary>
public static class DemoStorage
{
    private static readonly Lazy<Dictionary<string, byte[]>> _files = new(() => Task.Run(Fill).GetAwaiter().GetResult());

    /// <summary>Does nothing where there is a database already, as after a restart.</summary>
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
        await host.Browser().Token("/account/sign-in"); // Makes the keys.
        var files = new[] { "keys", "photos" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(host.StorageRoot, folder)))
            .ToDictionary(file => Path.GetRelativePath(host.StorageRoot, file), File.ReadAllBytes);
        files["market.db"] = await TestDatabase.Copy(host);
        return files;
    }
}
