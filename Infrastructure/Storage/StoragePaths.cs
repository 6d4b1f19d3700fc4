namespace MarketChat.Infrastructure.Storage;

/// <summary>
/// The storage folder, which holds all data of the app: database, photos, keys and logs. The setting "Storage:Root" names it; the default
/// is <c>data</c>.
/// </summary>
public sealed class StoragePaths
{
    private readonly string _root;

    /// <exception cref="OperatorException">The folder cannot be created.</exception>
    public StoragePaths(IConfiguration configuration, IHostEnvironment environment)
    {
        var root = configuration["Storage:Root"] ?? "data";
        if (string.IsNullOrWhiteSpace(root)) throw new OperatorException("Storage:Root is empty. Set it to the folder of the data.");
        _root = Path.GetFullPath(root, environment.ContentRootPath);
        Create(_root);
    }

    public string Root => _root;

    /// <summary>The path of a file or folder within the storage.</summary>
    public string PathTo(string name) => Path.Combine(_root, name);

    /// <summary>The path of a folder within the storage, created if it does not exist.</summary>
    /// <exception cref="OperatorException">The folder cannot be created.</exception>
    public string Folder(string name) => Create(PathTo(name));

    /// <summary>Creates and deletes a file in the folder.</summary>
    /// <exception cref="OperatorException">The folder is not writable.</exception>
    public static void ThrowIfNotWritable(string folder)
    {
        var probe = Path.Combine(folder, $".{Path.GetRandomFileName()}.part");
        try
        {
            using var file = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1,
                FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"The folder {folder} is not writable: {exception.Message}", exception);
        }
    }

    private static string Create(string folder)
    {
        try
        {
            return Directory.CreateDirectory(folder).FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new OperatorException($"The folder {folder} cannot be created: {exception.Message}", exception);
        }
    }
}
