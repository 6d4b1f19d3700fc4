namespace MarketChat.Infrastructure.Storage;

/// <summary>
/// The storage folder, which holds all data of the app: database, photos, keys and logs. The setting "Storage:Root" names it; the default
/// is <c>data</c>.
/// </summary>
public sealed class StoragePaths
{
    private readonly string _root;

    public StoragePaths(IConfiguration configuration, IHostEnvironment environment)
    {
        _root = Path.GetFullPath(configuration["Storage:Root"] ?? "data", environment.ContentRootPath);
        Directory.CreateDirectory(_root);
    }

    /// <summary>The path of a file or folder within the storage.</summary>
    public string PathTo(string name) => Path.Combine(_root, name);

    /// <summary>The path of a folder within the storage, created if it does not exist.</summary>
    public string Folder(string name) => Directory.CreateDirectory(PathTo(name)).FullName;
}
