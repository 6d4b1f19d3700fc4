namespace MarketChat.Infrastructure.Storage;

/// <summary>The one folder that holds everything the app keeps: database, photos, keys, logs.</summary>
public sealed class StoragePaths
{
    private readonly string _root;

    public StoragePaths(IConfiguration configuration, IHostEnvironment environment)
    {
        _root = Path.GetFullPath(configuration["Storage:Root"] ?? "data", environment.ContentRootPath);
        Directory.CreateDirectory(_root);
    }

    public string PathTo(string name) => Path.Combine(_root, name);

    public string Folder(string name) => Directory.CreateDirectory(PathTo(name)).FullName;
}
