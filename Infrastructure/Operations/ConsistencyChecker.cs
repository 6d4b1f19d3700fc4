using System.Globalization;
using System.Runtime.CompilerServices;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Photos;
using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Operations;

/// <summary>What was looked at, and what of it does not agree, as sentences for an operator: none is the good answer.</summary>
public sealed record ConsistencyReport(string Summary, IReadOnlyList<string> Findings);

/// <summary>
/// Whether everything stored agrees with everything else: the file with itself, the rooms' columns with the messages they are derived
/// from, the read markers with what there is to read, and the photos' names with their files. Looks at one moment of the database, and
/// may do so while people write.
/// </summary>
public sealed class ConsistencyChecker(MarketDb db, IPhotoStorage storage, TimeProvider time)
{
    private const int MaxExamples = 5;

    public async Task<ConsistencyReport> RunAsync(CancellationToken cancellationToken)
    {
        if ((await db.Database.GetPendingMigrationsAsync(cancellationToken)).FirstOrDefault() is { } pending)
        {
            throw new OperatorException(
                $"The database is older than this version (it lacks {pending}). Start the app once, and it is brought up to date.");
        }

        await using var moment = await db.BeginReadTransactionAsync(cancellationToken);
        var findings = await db.CheckIntegrityAsync(cancellationToken);
        foreach (var (rule, offenders) in Rules())
        {
            var ids = await offenders.OrderBy(id => id).Take(MaxExamples + 1).ToListAsync(cancellationToken);
            if (ids.Count > 0) findings.Add($"{rule}: {Listed(ids)}");
        }

        await foreach (var (rule, names) in PhotoRulesAsync(cancellationToken))
        {
            if (names.Count > 0) findings.Add($"{rule}: {Listed(names)}");
        }

        return new ConsistencyReport(await SummaryAsync(findings.Count, cancellationToken), findings);
    }

    private IEnumerable<(string Rule, IQueryable<long> Offenders)> Rules() =>
    [
        ("Rooms without exactly their buyer and their seller as members", db.ChatRooms
            .Where(r => r.Members.Count != 2
                || !r.Members.Any(m => m.UserId == r.BuyerId && m.Role == RoomRole.Buyer)
                || !r.Members.Any(m => m.UserId == r.SellerId && m.Role == RoomRole.Seller))
            .Select(r => (long)r.Id)),
        ("Rooms whose last incoming message is not the one that a member names", db.RoomMembers
            .Where(member => member.LastIncomingMessageId != (
                db.Messages.Where(m => m.ChatRoomId == member.ChatRoomId && m.UserId != member.UserId).Max(m => (long?)m.Id) ?? 0))
            .Select(member => (long)member.ChatRoomId).Distinct()),
        ("Rooms behind the rev of one of their messages", db.ChatRooms
            .Where(r => r.Rev < (db.Messages.Where(m => m.ChatRoomId == r.Id).Max(m => (long?)m.Rev) ?? 0))
            .Select(r => (long)r.Id)),
        ("Rooms read further than their newest message", db.RoomMembers
            .Where(member => member.LastReadMessageId > (
                db.Messages.Where(m => m.ChatRoomId == member.ChatRoomId).Max(m => (long?)m.Id) ?? 0))
            .Select(member => (long)member.ChatRoomId).Distinct()),
        ("Rooms not dated by their newest message", db.RoomMembers
            .Where(member => member.LastActivityAt != (
                db.Messages.Where(m => m.ChatRoomId == member.ChatRoomId).OrderByDescending(m => m.Id).Select(m => (DateTime?)m.CreatedAt)
                    .FirstOrDefault() ?? member.ChatRoom.CreatedAt))
            .Select(member => (long)member.ChatRoomId).Distinct()),
        ("Rooms whose seller is not the product's, or talks with themselves", db.ChatRooms
            .Where(r => r.SellerId != r.Product.SellerId || r.SellerId == r.BuyerId)
            .Select(r => (long)r.Id)),
        ("Messages by someone who is not in the room", db.Messages
            .Where(m => m.UserId != m.ChatRoom.BuyerId && m.UserId != m.ChatRoom.SellerId)
            .Select(m => m.Id)),
        ("Removed messages that still say something", db.Messages
            .Where(m => m.RemovedAt != null && (m.Payload != "" || m.Photos != null))
            .Select(m => m.Id)),
        ("Rooms in which two messages share a rev", db.Messages
            .GroupBy(m => new { m.ChatRoomId, m.Rev }).Where(group => group.Count() > 1)
            .Select(group => (long)group.Key.ChatRoomId).Distinct()),
    ];

    private async IAsyncEnumerable<(string Rule, List<string> Offenders)> PhotoRulesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var named = (await PhotosNamedAsync(cancellationToken)).ToHashSet();
        var rows = await db.StoredPhotos.Select(p => new { p.Name, p.IsStaged }).ToListAsync(cancellationToken);
        var files = new Dictionary<string, PhotoStorageEntry>();
        await foreach (var file in storage.ListAsync(cancellationToken)) files[file.Name] = file;

        // An orphan is deleted when it is a day old and the hour is full; and until then may belong to an upload that goes on.
        var old = time.GetUtcNowInMilliseconds() - PhotoCleanupService.Expiration - 2 * PhotoCleanupService.Interval;
        var stems = rows.Select(p => PhotoNames.StemOf(p.Name)).ToHashSet();
        yield return ("Photos without a file", named.Where(name => !files.ContainsKey(name)).ToList());
        yield return ("Photos that are not recorded", named.Except(rows.Select(p => p.Name)).ToList());
        yield return ("Recorded photos that nothing names",
            rows.Where(p => !p.IsStaged && !named.Contains(p.Name)).Select(p => p.Name).ToList());
        yield return ("Files that belong to no photo",
            files.Values.Where(file => file.SavedAt < old && !stems.Contains(PhotoNames.StemOf(file.Name))).Select(file => file.Name)
            .ToList());
    }

    private async Task<IEnumerable<string>> PhotosNamedAsync(CancellationToken cancellationToken)
    {
        var ofProductsAndPeople = await db.Products.SelectMany(p => p.Photos).Select(photo => photo.Name)
            .Concat(db.Users.Where(u => u.Avatar != null).Select(u => u.Avatar!))
            .ToListAsync(cancellationToken);
        return ofProductsAndPeople.Concat(await db.Messages.PhotoNamesAsync(cancellationToken));
    }

    private async Task<string> SummaryAsync(int findings, CancellationToken cancellationToken)
    {
        var people = await db.Users.CountAsync(cancellationToken);
        var products = await db.Products.CountAsync(cancellationToken);
        var rooms = await db.ChatRooms.CountAsync(cancellationToken);
        var messages = await db.Messages.LongCountAsync(cancellationToken);
        var verdict = findings == 0 ? "all agrees." : "not all agrees:";
        return string.Create(CultureInfo.InvariantCulture,
            $"{people} people, {products} products, {rooms} rooms, {messages} messages: {verdict}");
    }

    private static string Listed<T>(List<T> offenders) =>
        string.Join(", ", offenders.Take(MaxExamples)) + (offenders.Count > MaxExamples ? ", ..." : "");
}
