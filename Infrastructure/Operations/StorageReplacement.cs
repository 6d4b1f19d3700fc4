using System.Globalization;
using MarketChat.Infrastructure.Storage;

namespace MarketChat.Infrastructure.Operations;

/// <summary>
/// Replaces database, photos and keys by restored ones, all of them or none. New files are prepared in a folder <c>restoring</c>; the
/// replaced ones are moved to a folder <c>replaced-...</c>. Both are inside the folder that they belong to, so that each move is a rename
/// in one file system, even if <c>photos/</c> or the database is on a mount or behind a link.
/// <para>
/// A journal in the storage records what the moves have come to. It exists from before the first move until after the last one: if the
/// process is killed in between, <see cref="RollBack"/> brings the previous files back at the next start.
/// </para>
/// </summary>
public sealed class StorageReplacement
{
    private const string Staging = "restoring", Replaced = "replaced-", Archiving = "archiving", Promoting = "promoting";

    private readonly string _journal, _root;
    private readonly List<Place> _places;

    /// <param name="databaseFile">The path of the database, which may be outside the storage.</param>
    public StorageReplacement(StoragePaths paths, string databaseFile)
    {
        (_root, _journal) = (paths.Root, paths.PathTo("restore.journal"));
        var folder = Path.GetDirectoryName(databaseFile)!;
        Database = new Place(folder, () => new[] { databaseFile, $"{databaseFile}-wal", $"{databaseFile}-shm" }.Where(File.Exists));
        Photos = FolderOf(paths.Folder(BackupArchive.Photos));
        Keys = FolderOf(paths.Folder(BackupArchive.Keys));
        _places = [Database, Photos, Keys];
    }

    public Place Database { get; }

    public Place Photos { get; }

    public Place Keys { get; }

    /// <summary>Whether a replacement was interrupted, or is in progress in another process.</summary>
    public bool IsUnfinished => File.Exists(_journal);

    /// <summary>The folders of formerly replaced files, beside the database.</summary>
    public IEnumerable<string> FormerDatabases => Directory.Exists(Database.Folder)
        ? Directory.EnumerateDirectories(Database.Folder, $"{Replaced}*")
        : [];

    /// <summary>Creates empty folders for the new files.</summary>
    public void CreateStaging()
    {
        foreach (var place in _places)
        {
            DeleteStaging(place);
            Directory.CreateDirectory(place.Staging);
        }
    }

    /// <summary>Moves the present files aside and the new files into their place. If a move fails, the present files come back.</summary>
    /// <returns>The folders of the replaced files.</returns>
    public IReadOnlyList<string> Replace(DateTimeOffset now)
    {
        var archive = NewArchiveName(now);
        UnixFiles.GiveToOwnerOf(_root, _places.SelectMany(place => Directory.EnumerateFiles(place.Staging)));
        WriteJournal(Archiving, archive);
        try
        {
            foreach (var place in _places) Archive(place, archive);
            WriteJournal(Promoting, archive);
            foreach (var place in _places) Move(Directory.EnumerateFiles(place.Staging), place.Folder);
            File.Delete(_journal); // From here on the replacement is final.
        }
        catch
        {
            RollBack();
            throw;
        }

        DeleteStaging();
        return [.. _places.Select(place => Path.Combine(place.Folder, archive)).Where(Directory.Exists)];
    }

    /// <summary>
    /// Brings the files before an unfinished replacement back, and deletes files that were prepared. Each step can be repeated, in case
    /// this is interrupted as well.
    /// </summary>
    /// <returns>Whether there was an unfinished replacement.</returns>
    public bool RollBack()
    {
        var wasUnfinished = IsUnfinished;
        if (wasUnfinished)
        {
            if (File.ReadAllText(_journal).Split(' ') is not [var state, var archive])
            {
                throw new OperatorException($"{_journal} is damaged. The previous data is in the folders {Replaced}* of the storage.");
            }

            if (state == Promoting)
            {
                foreach (var place in _places) Move(place.Files(), Directory.CreateDirectory(place.Staging).FullName);
                WriteJournal(Archiving, archive);
            }

            foreach (var place in _places) Unarchive(place, archive);
            File.Delete(_journal);
        }

        File.Delete($"{_journal}.part");
        DeleteStaging();
        return wasUnfinished;
    }

    private string NewArchiveName(DateTimeOffset now)
    {
        var name = $"{Replaced}{now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}";
        return Enumerable.Range(1, int.MaxValue).Select(number => number == 1 ? name : $"{name}-{number}")
            .First(candidate => !_places.Exists(place => Directory.Exists(Path.Combine(place.Folder, candidate))));
    }

    private void Archive(Place place, string archive)
    {
        var files = place.Files().ToList();
        if (files.Count == 0) return;
        var folder = Directory.CreateDirectory(Path.Combine(place.Folder, archive)).FullName;
        UnixFiles.GiveToOwnerOf(_root, [folder]);
        Move(files, folder);
    }

    private static void Unarchive(Place place, string archive)
    {
        var folder = Path.Combine(place.Folder, archive);
        if (!Directory.Exists(folder)) return;
        Move(Directory.EnumerateFiles(folder), place.Folder);
        Directory.Delete(folder);
    }

    // A new file and a rename, so that the journal is never half written.
    private void WriteJournal(string state, string archive)
    {
        using (var file = new FileStream($"{_journal}.part", FileMode.Create, FileAccess.Write))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes($"{state} {archive}"));
            file.Flush(flushToDisk: true);
        }

        File.Move($"{_journal}.part", _journal, overwrite: true);
        UnixFiles.GiveToOwnerOf(_root, [_journal]);
    }

    private void DeleteStaging() => _places.ForEach(DeleteStaging);

    private static void DeleteStaging(Place place)
    {
        if (Directory.Exists(place.Staging)) Directory.Delete(place.Staging, recursive: true);
    }

    private static void Move(IEnumerable<string> files, string folder)
    {
        foreach (var file in files.ToList()) File.Move(file, Path.Combine(folder, Path.GetFileName(file)));
    }

    private static Place FolderOf(string folder) => new(folder, () => Directory.EnumerateFiles(folder));

    /// <summary>A folder whose files are replaced.</summary>
    /// <param name="Files">Lists the paths of the present files.</param>
    public sealed record Place(string Folder, Func<IEnumerable<string>> Files)
    {
        /// <summary>The folder for the new files.</summary>
        public string Staging => Path.Combine(Folder, StorageReplacement.Staging);
    }
}
