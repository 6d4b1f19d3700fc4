using System.Globalization;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Photos;
using MarketChat.Infrastructure.Push;
using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Operations;

/// <summary>The result of a consistency check.</summary>
/// <param name="Summary">How much was checked, and whether inconsistencies were found, as a sentence for the operator.</param>
/// <param name="Findings">One sentence for each rule that is violated; empty if the data is consistent.</param>
public sealed record ConsistencyReport(string Summary, IReadOnlyList<string> Findings);

/// <summary>
/// Checks that the stored data is consistent: the database file itself, the columns of rooms that are derived from messages, the read
/// markers, the photos with their rows and files, and the keys. Reads a single snapshot of the database, and may run while the app writes.
/// </summary>
public sealed class ConsistencyChecker(
    MarketDb db, IPhotoStorage storage, PhotoProcessor photos, StoragePaths paths, OperatorProgress progress, TimeProvider time)
{
    private const int MaxExamples = 5;

    /// <exception cref="OperatorException">
    /// The app would not start on this storage, or the database has not been migrated to this version.
    /// </exception>
    public async Task<ConsistencyReport> RunAsync(CancellationToken cancellationToken)
    {
        await ThrowIfNotCurrentAsync(cancellationToken);
        progress.Report("Checking the database");
        List<string> findings;
        PhotoRows rows;
        string counts;
        await using (await db.Engine.BeginSnapshotAsync(db, cancellationToken))
        {
            findings = await db.Engine.CheckIntegrityAsync(db, cancellationToken);
            findings.AddRange(await CheckRulesAsync(cancellationToken));
            findings.AddRange(FormatFindings<long>(
                [("Messages whose photos cannot be read", await db.FindUnreadablePhotosAsync(cancellationToken))]));
            rows = await ReadPhotosAsync(cancellationToken);
            counts = await CountAsync(cancellationToken);
        }

        findings.AddRange(await CheckPhotosAsync(rows, cancellationToken));
        findings.AddRange(await CheckKeysAsync(cancellationToken));
        var result = findings.Count == 0 ? "no inconsistencies." : "inconsistencies found:";
        return new ConsistencyReport($"{counts}: {result}", findings);
    }

    private async Task ThrowIfNotCurrentAsync(CancellationToken cancellationToken)
    {
        await db.ThrowIfNewerAsync(cancellationToken);
        if ((await db.Database.GetPendingMigrationsAsync(cancellationToken)).FirstOrDefault() is { } pending)
        {
            throw new OperatorException(
                $"The database lacks the migration {pending}. Start this version of the app once to migrate it, then check again.");
        }
    }

    private async Task<List<string>> CheckRulesAsync(CancellationToken cancellationToken)
    {
        var findings = new List<string>();
        foreach (var (rule, offenders) in GetRules())
        {
            progress.Report(rule);
            var ids = await offenders.OrderBy(id => id).Take(MaxExamples + 1).ToListAsync(cancellationToken);
            findings.AddRange(FormatFindings<long>([(rule, ids)]));
        }

        return findings;
    }

    private IEnumerable<(string Rule, IQueryable<long> Offenders)> GetRules() =>
    [
        ("Rooms whose members are not exactly the buyer and the seller", db.ChatRooms
            .Where(r => r.Members.Count != 2
                || !r.Members.Any(m => m.UserId == r.BuyerId && m.Role == RoomRole.Buyer)
                || !r.Members.Any(m => m.UserId == r.SellerId && m.Role == RoomRole.Seller))
            .Select(r => (long)r.Id)),
        ("Rooms with a member whose LastIncomingMessageId is not the last message of the other", db.RoomMembers
            .Where(member => member.LastIncomingMessageId != (
                db.Messages.Where(m => m.ChatRoomId == member.ChatRoomId && m.UserId != member.UserId).Max(m => (long?)m.Id) ?? 0))
            .Select(member => (long)member.ChatRoomId).Distinct()),
        ("Rooms whose Rev is lower than the Rev of one of their messages", db.ChatRooms
            .Where(r => r.Rev < (db.Messages.Where(m => m.ChatRoomId == r.Id).Max(m => (long?)m.Rev) ?? 0))
            .Select(r => (long)r.Id)),
        ("Rooms with a read marker beyond their last message", db.RoomMembers
            .Where(member => member.LastReadMessageId > (
                db.Messages.Where(m => m.ChatRoomId == member.ChatRoomId).Max(m => (long?)m.Id) ?? 0))
            .Select(member => (long)member.ChatRoomId).Distinct()),
        ("Rooms with a member whose LastActivityAt is not the time of the last message", db.RoomMembers
            .Where(member => member.LastActivityAt != (
                db.Messages.Where(m => m.ChatRoomId == member.ChatRoomId).OrderByDescending(m => m.Id).Select(m => (DateTime?)m.CreatedAt)
                    .FirstOrDefault() ?? member.ChatRoom.CreatedAt))
            .Select(member => (long)member.ChatRoomId).Distinct()),
        ("Rooms whose seller is not the seller of the product, or is also the buyer", db.ChatRooms
            .Where(r => r.SellerId != r.Product.SellerId || r.SellerId == r.BuyerId)
            .Select(r => (long)r.Id)),
        ("Messages by a user who is not a member of the room", db.Messages
            .Where(m => m.UserId != m.ChatRoom.BuyerId && m.UserId != m.ChatRoom.SellerId)
            .Select(m => m.Id)),
        ("Removed messages that still have content", db.Messages
            .Where(m => m.RemovedAt != null && (m.Payload != "" || m.SearchText != "" || m.Data != null))
            .Select(m => m.Id)),
        ("Rooms in which two messages have the same Rev", db.Messages
            .GroupBy(m => new { m.ChatRoomId, m.Rev }).Where(group => group.Count() > 1)
            .Select(group => (long)group.Key.ChatRoomId).Distinct()),
    ];

    private async Task<PhotoRows> ReadPhotosAsync(CancellationToken cancellationToken) => new(
        await db.GetReferencedPhotosAsync(cancellationToken),
        await db.StoredPhotos.AsNoTracking().ToDictionaryAsync(p => p.Name, cancellationToken));

    /// <summary>
    /// Checks the photos against their files. The files are not part of the snapshot: a photo that was removed since then has none, so only
    /// photos that are referred to now are reported.
    /// </summary>
    private async Task<List<string>> CheckPhotosAsync(PhotoRows rows, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, PhotoStorageEntry>();
        await foreach (var file in storage.ListAsync(cancellationToken)) files[file.Name] = file;
        var missing = rows.Referenced.Where(name => !files.ContainsKey(name)).ToHashSet();
        var damaged = await FindDamagedAsync(rows, files, cancellationToken);
        if (missing.Count + damaged.Count > 0)
        {
            var current = await ReadPhotosAsync(cancellationToken);
            missing.IntersectWith(current.Referenced);
            damaged.IntersectWith(current.Referenced);
        }

        // PhotoCleanupService deletes such files when they are a day old, once an hour; a younger file may belong to an upload in progress.
        var cutoff = time.GetUtcNowInMilliseconds() - PhotoCleanupService.Expiration - 2 * PhotoCleanupService.Interval;
        var stems = rows.Stored.Keys.Select(PhotoNames.StemOf).ToHashSet();
        return FormatFindings<string>(
        [
            ("Photos without a file", [.. missing]),
            ("Photos whose file is damaged", [.. damaged]),
            ("Photos without a row in StoredPhotos", [.. rows.Referenced.Except(rows.Stored.Keys)]),
            ("Photos that are in use but staged, so that they expire",
                [.. rows.Referenced.Where(name => rows.Stored.GetValueOrDefault(name) is { IsStaged: true })]),
            ("Rows of StoredPhotos that nothing refers to",
                [.. rows.Stored.Values.Where(p => !p.IsStaged && !rows.Referenced.Contains(p.Name)).Select(p => p.Name)]),
            ("Files that belong to no photo",
                [.. files.Values.Where(file => file.SavedAt < cutoff && !stems.Contains(PhotoNames.StemOf(file.Name)))
                    .Select(file => file.Name)]),
        ]);
    }

    /// <summary>Finds files that are shorter than recorded, or not an image of the recorded size. The pixels are not decoded.</summary>
    private async Task<HashSet<string>> FindDamagedAsync(
        PhotoRows rows, Dictionary<string, PhotoStorageEntry> files, CancellationToken cancellationToken)
    {
        var damaged = new HashSet<string>();
        var done = 0;
        foreach (var name in rows.Referenced.Where(files.ContainsKey))
        {
            progress.Report("Checking photos", ++done, rows.Referenced.Count);
            var row = rows.Stored.GetValueOrDefault(name);
            var bytes = PhotoNames.FilesOf(name).Sum(file => files.GetValueOrDefault(file)?.Bytes ?? 0);
            if (bytes < row?.Bytes || !await IsImageAsync(name, row, cancellationToken)) damaged.Add(name);
        }

        return damaged;
    }

    private async Task<bool> IsImageAsync(string name, StoredPhoto? row, CancellationToken cancellationToken)
    {
        if (await storage.OpenAsync(name, cancellationToken) is not { } file) return false;
        await using var content = file;
        try
        {
            var (width, height) = photos.ReadSize(content);
            return row is null or { Width: 0 } || (row.Width, row.Height) == (width, height);
        }
        catch (PhotoRejectedException)
        {
            return false;
        }
    }

    private async Task<List<string>> CheckKeysAsync(CancellationToken cancellationToken)
    {
        if (db.Engine.IsShared) return []; // The keys are in the database.
        var hasSubscriptions = await db.PushSubscriptions.AnyAsync(cancellationToken);
        var vapid = paths.PathTo($"{BackupArchive.Keys}/{VapidKeys.SecretName}");
        return FormatFindings<string>(
        [
            ("Keys that cannot be read", KeyFiles.FindDamaged(paths.Folder(BackupArchive.Keys))),
            ("The subscriptions to notifications are bound to a key that is missing",
                hasSubscriptions && !File.Exists(vapid) ? [vapid] : []),
        ]);
    }

    private async Task<string> CountAsync(CancellationToken cancellationToken)
    {
        var users = await db.Users.CountAsync(cancellationToken);
        var products = await db.Products.CountAsync(cancellationToken);
        var rooms = await db.ChatRooms.CountAsync(cancellationToken);
        var messages = await db.Messages.LongCountAsync(cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{users} users, {products} products, {rooms} rooms, {messages} messages");
    }

    private static List<string> FormatFindings<T>(IEnumerable<(string Rule, List<T> Offenders)> rules) =>
        [.. rules.Where(rule => rule.Offenders.Count > 0).Select(rule => $"{rule.Rule}: {FormatExamples(rule.Offenders)}")];

    private static string FormatExamples<T>(List<T> offenders) =>
        string.Join(", ", offenders.Take(MaxExamples)) + (offenders.Count > MaxExamples ? ", ..." : "");

    /// <summary>The names of all photos that are referred to, and the rows of all stored photos by name.</summary>
    private sealed record PhotoRows(HashSet<string> Referenced, Dictionary<string, StoredPhoto> Stored);
}
