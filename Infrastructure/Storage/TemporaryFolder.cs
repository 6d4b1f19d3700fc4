namespace MarketChat.Infrastructure.Storage;

/// <summary>
/// The folder for temporary files of the process: <c>temp/</c> in the storage, because a system may have no usable one. The framework
/// buffers request bodies over 64 KB there, and writes new keys there first. The environment variable ASPNETCORE_TEMP, which the framework
/// knows, names another folder.
/// </summary>
public sealed class TemporaryFolder(StoragePaths paths)
{
    private const string BufferVariable = "ASPNETCORE_TEMP", SystemVariable = "TMPDIR"; // The latter is for Path.GetTempPath on Unix.

    private string _folder = paths.PathTo("temp");

    /// <summary>Creates the folder, and deletes what a killed process has left in it. Must be called before the first request.</summary>
    public void Prepare()
    {
        if (Environment.GetEnvironmentVariable(BufferVariable) is { Length: > 0 } folder) _folder = folder;
        else Directory.CreateDirectory(_folder).EnumerateFiles().ToList().ForEach(file => file.Delete());
        Environment.SetEnvironmentVariable(BufferVariable, _folder);
        Environment.SetEnvironmentVariable(SystemVariable, _folder);
    }

    /// <summary>Writes and deletes a file; throws if that is not possible.</summary>
    public async Task ProbeWriteAsync(CancellationToken cancellationToken)
    {
        var file = Path.Combine(_folder, Path.GetRandomFileName());
        try
        {
            await File.WriteAllBytesAsync(file, new byte[1], cancellationToken);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
