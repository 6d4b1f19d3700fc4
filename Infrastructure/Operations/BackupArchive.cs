using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using MarketChat.Infrastructure.Storage;

namespace MarketChat.Infrastructure.Operations;

/// <summary>
/// The format of a backup: a ZIP file with <c>market.db</c>, <c>photos/</c>, <c>keys/</c>, and two lists. <c>SHA256SUMS</c> has the hash of
/// every other entry, in the format of the tool sha256sum. <c>MISSING</c> names photos that were already without a file when the backup was
/// written. Backups of earlier versions have neither list.
/// </summary>
public static class BackupArchive
{
    public const string Database = "market.db", Photos = "photos", Keys = "keys";
    public const string Checksums = "SHA256SUMS", MissingPhotos = "MISSING";

    private const string Separator = "  ";

    /// <summary>Adds an entry and the hash of its content.</summary>
    public static async Task AddAsync(
        this ZipArchive archive, string name, Stream content, CompressionLevel compression, Dictionary<string, string> hashes,
        CancellationToken cancellationToken)
    {
        await using var entry = await archive.CreateEntry(name, compression).OpenAsync(cancellationToken);
        hashes[name] = await CopyAsync(content, entry, cancellationToken);
    }

    /// <summary>Adds the list of all hashes. Must be the last entry.</summary>
    public static async Task AddChecksumsAsync(
        this ZipArchive archive, Dictionary<string, string> hashes, CancellationToken cancellationToken)
    {
        var lines = string.Concat(hashes.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Value}{Separator}{pair.Key}\n"));
        await using var entry = await archive.CreateEntry(Checksums, CompressionLevel.Fastest).OpenAsync(cancellationToken);
        await entry.WriteAsync(Encoding.UTF8.GetBytes(lines), cancellationToken);
    }

    /// <summary>Extracts the backup to files, and compares the content with the list of hashes.</summary>
    /// <param name="pathOf">Returns the path for an entry's folder and name.</param>
    /// <exception cref="OperatorException">An entry is damaged, missing, or does not belong into a backup.</exception>
    public static async Task ExtractAsync(
        this ZipArchive archive, Func<string, string, string> pathOf, OperatorProgress progress, CancellationToken cancellationToken)
    {
        var expected = await ReadChecksumsAsync(archive, cancellationToken);
        var found = new HashSet<string>();
        foreach (var entry in archive.Entries.Where(e => e.FullName != Checksums))
        {
            progress.Report("Unpacking the backup", found.Count, archive.Entries.Count);
            if (!found.Add(entry.FullName)) throw Damaged($"{entry.FullName} is in it twice");
            var hash = await ExtractAsync(entry, pathOf, cancellationToken);
            if (expected is not null && expected.GetValueOrDefault(entry.FullName) != hash) throw Damaged($"{entry.FullName} was changed");
        }

        if (expected?.Keys.FirstOrDefault(name => !found.Contains(name)) is { } missing) throw Damaged($"{missing} is missing");
    }

    public static OperatorException Damaged(string problem) => new($"The backup is damaged: {problem}.");

    private static async Task<Dictionary<string, string>?> ReadChecksumsAsync(ZipArchive archive, CancellationToken cancellationToken)
    {
        if (archive.GetEntry(Checksums) is not { } entry) return null;
        using var reader = new StreamReader(await entry.OpenAsync(cancellationToken));
        var hashes = new Dictionary<string, string>();
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Split(Separator, 2) is not [{ Length: 64 } hash, var name]) throw Damaged($"{Checksums} was changed");
            hashes[name] = hash;
        }

        return hashes;
    }

    private static async Task<string> ExtractAsync(
        ZipArchiveEntry entry, Func<string, string, string> pathOf, CancellationToken cancellationToken)
    {
        if (Split(entry.FullName) is not var (folder, name)) throw Damaged($"{entry.FullName} does not belong into a backup");
        await using var content = await entry.OpenAsync(cancellationToken);
        await using var target = new FileStream(pathOf(folder, name), FileMode.CreateNew, FileAccess.Write);
        return await CopyAsync(content, target, cancellationToken);
    }

    // A file name in a known folder, so that no entry leads outside.
    private static (string Folder, string Name)? Split(string entry) => entry.Split('/') switch
    {
        [Database or MissingPhotos] => ("", entry),
        [Photos or Keys, { Length: > 0 } name] parts when Path.GetFileName(name) == name && name is not (".." or ".") => (parts[0], name),
        _ => null,
    };

    private static async Task<string> CopyAsync(Stream content, Stream target, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
