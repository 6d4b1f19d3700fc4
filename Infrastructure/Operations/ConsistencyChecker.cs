using System.Globalization;
using System.Runtime.CompilerServices;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Photos;
using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Operations;

/// <summary>The result of a consistency check.</summary>
/// <param name="Summary">How much was checked, and whether inconsistencies were found, as a sentence for the operator.</param>
/// <param name="Findings">One sentence for each rule that is violated; empty if the data is consistent.</param>
public sealed record ConsistencyReport(string Summary, IReadOnlyList<string> Findings);

/// <summary>
/// Checks that the stored data is consistent: the database file itself, the columns of rooms that are derived from messages, the read
/// markers, and the photos with their rows and files. Reads a single snapshot of the database, and may run while the app writes.
/// </summary>
public sealed class ConsistencyChecker(MarketDb db, IPhotoStorage storage, TimeProvider time)
{
    private const int MaxExamples = 5;

    /// <exception cref="OperatorException">The database has not been migrated to this version.</exception>
    public async Task<ConsistencyReport> RunAsync(CancellationToken cancellationToken)
    {
        if ((await db.Database.GetPendingMigrationsAsync(cancellationToken)).FirstOrDefault() is { } pending)
        {
            throw new OperatorException(
                $"The database lacks the migration {pending}. Start this version of the app once to migrate it, then check again.");
        }

        await using var snapshot = await db.Engine.BeginSnapshotAsync(db, cancellationToken);
        var findings = await db.Engine.CheckIntegrityAsync(db, cancellationToken);
        foreach (var (rule, offenders) in GetRules())
        {
            var ids = await offenders.OrderBy(id => id).Take(MaxExamples + 1).ToListAsync(cancellationToken);
            if (ids.Count > 0) findings.Add($"{rule}: {FormatExamples(ids)}");
        }

        await foreach (var (rule, names) in GetPhotoRulesAsync(cancellationToken))
        {
            if (names.Count > 0) findings.Add($"{rule}: {FormatExamples(names)}");
        }

        return new ConsistencyReport(await CreateSummaryAsync(findings.Count, cancellationToken), findings);
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

    private async IAsyncEnumerable<(string Rule, List<string> Offenders)> GetPhotoRulesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var referenced = (await GetReferencedPhotosAsync(cancellationToken)).ToHashSet();
        var rows = await db.StoredPhotos.Select(p => new { p.Name, p.IsStaged }).ToListAsync(cancellationToken);
        var files = new Dictionary<string, PhotoStorageEntry>();
        await foreach (var file in storage.ListAsync(cancellationToken)) files[file.Name] = file;

        // PhotoCleanupService deletes such files when they are a day old, once an hour; a younger file may belong to an upload in progress.
        var cutoff = time.GetUtcNowInMilliseconds() - PhotoCleanupService.Expiration - 2 * PhotoCleanupService.Interval;
        var stems = rows.Select(p => PhotoNames.StemOf(p.Name)).ToHashSet();
        yield return ("Photos without a file", referenced.Where(name => !files.ContainsKey(name)).ToList());
        yield return ("Photos without a row in StoredPhotos", referenced.Except(rows.Select(p => p.Name)).ToList());
        yield return ("Rows of StoredPhotos that nothing refers to",
            rows.Where(p => !p.IsStaged && !referenced.Contains(p.Name)).Select(p => p.Name).ToList());
        yield return ("Files that belong to no photo",
            files.Values.Where(file => file.SavedAt < cutoff && !stems.Contains(PhotoNames.StemOf(file.Name))).Select(file => file.Name)
            .ToList());
    }

    private async Task<IEnumerable<string>> GetReferencedPhotosAsync(CancellationToken cancellationToken)
    {
        var ofProductsAndUsers = await db.Products.SelectMany(p => p.Photos).Select(photo => photo.Name)
            .Concat(db.Users.Where(u => u.Avatar != null).Select(u => u.Avatar!))
            .ToListAsync(cancellationToken);
        return ofProductsAndUsers.Concat(await db.Messages.PhotoNamesAsync(cancellationToken));
    }

    private async Task<string> CreateSummaryAsync(int findings, CancellationToken cancellationToken)
    {
        var users = await db.Users.CountAsync(cancellationToken);
        var products = await db.Products.CountAsync(cancellationToken);
        var rooms = await db.ChatRooms.CountAsync(cancellationToken);
        var messages = await db.Messages.LongCountAsync(cancellationToken);
        var result = findings == 0 ? "no inconsistencies." : "inconsistencies found:";
        return string.Create(CultureInfo.InvariantCulture,
            $"{users} users, {products} products, {rooms} rooms, {messages} messages: {result}");
    }

    private static string FormatExamples<T>(List<T> offenders) =>
        string.Join(", ", offenders.Take(MaxExamples)) + (offenders.Count > MaxExamples ? ", ..." : "");
}
