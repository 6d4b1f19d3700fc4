namespace MarketChat.Infrastructure.Storage;

/// <summary>Keeps each secret as a file in <c>keys/</c>, which backups include.</summary>
public sealed class FileSecretStore(StoragePaths paths) : ISecretStore
{
    // Writes to a temporary file and renames it, so that a crash never leaves a partial secret.
    public string GetOrAdd(string name, Func<string> create)
    {
        var path = Path.Combine(paths.Folder("keys"), name);
        if (File.Exists(path)) return File.ReadAllText(path);
        var secret = create();
        var ownerOnly = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) ownerOnly.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new StreamWriter($"{path}.part", ownerOnly)) file.Write(secret);
        File.Move($"{path}.part", path);
        return secret;
    }
}
