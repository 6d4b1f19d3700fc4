using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Realtime;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat;

/// <summary>A message that is stored, and whether it was stored just now or already before.</summary>
public sealed record SendResult(MessageView Message, bool IsNew);

/// <summary>Stores a message exactly once, raises the room's rev with it, and rings for both people once it is on disk.</summary>
public sealed class SendMessage(MarketDb db, GroupCommit commits, ChangeNotifier notifier, TimeProvider time)
{
    /// <returns>Null when the room is not among the sender's rooms, or the other person's account is closed.</returns>
    public Task<SendResult?> ExecuteAsync(int userId, int roomId, string payload, Guid clientId, CancellationToken cancellationToken) =>
        ExecuteAsync(userId, roomId, payload, photos: null, clientId, cancellationToken);

    /// <param name="photos">What the message consists of, when it is not of words.</param>
    /// <exception cref="DbUpdateConcurrencyException">One of the photos is not staged any more; nothing was stored.</exception>
    public async Task<SendResult?> ExecuteAsync(
        int userId, int roomId, string payload, IReadOnlyList<MessagePhoto>? photos, Guid clientId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNowInMilliseconds();
        var stored = await commits.RunAsync(db, over => StoreAsync(over, userId, roomId, payload, photos, clientId, now),
            cancellationToken);
        if (stored is null) return await FindAsync(userId, roomId, clientId, cancellationToken);

        notifier.NotifyChanged(stored.BuyerId);
        notifier.NotifyChanged(stored.SellerId);
        return new SendResult(new MessageView(stored.Id, clientId, userId, Mine: true, payload, stored.CreatedAt,
            Photos: PhotoSize.Of(photos)),
            IsNew: true);
    }

    /// <summary>
    /// Two statements for words, which are sent most and so are written by hand. The unique index refuses a client id that is stored
    /// already. Within a room time never runs backwards, even when the machine's clock does.
    /// </summary>
    /// <returns>Null when nothing was stored.</returns>
    private static async Task<Stored?> StoreAsync(
        MarketDb db, int userId, int roomId, string payload, IReadOnlyList<MessagePhoto>? photos, Guid clientId, DateTime now)
    {
        var column = MessagePhoto.Serialize(photos);
        var inserted = await db.Database.SqlQuery<InsertedMessage>($"""
            INSERT INTO "Messages" ("Payload", "Photos", "UserId", "ChatRoomId", "CreatedAt", "ClientId", "Rev")
            SELECT {payload}, {column}, {userId}, "Id", CASE WHEN {now} > "UpdatedAt" THEN {now} ELSE "UpdatedAt" END, {clientId}, "Rev" + 1
            FROM "ChatRooms" WHERE "Id" = {roomId} AND ("BuyerId" = {userId} OR "SellerId" = {userId}) AND "ClosedAt" IS NULL
            ON CONFLICT ("ChatRoomId", "UserId", "ClientId") DO NOTHING
            RETURNING "Id", "Rev", "CreatedAt"
            """).ToListAsync();
        if (inserted is not [var message]) return null;
        if (photos is not null) await PromoteAsync(db, photos);

        var room = await db.Database.SqlQuery<Members>($"""
            UPDATE "ChatRooms" SET "Rev" = {message.Rev}, "UpdatedAt" = {message.CreatedAt},
                "LastBuyerMessageId" = CASE WHEN "BuyerId" = {userId} THEN {message.Id} ELSE "LastBuyerMessageId" END,
                "LastSellerMessageId" = CASE WHEN "SellerId" = {userId} THEN {message.Id} ELSE "LastSellerMessageId" END
            WHERE "Id" = {roomId}
            RETURNING "BuyerId", "SellerId"
            """).ToListAsync();
        return new Stored(message.Id, DateTime.SpecifyKind(message.CreatedAt, DateTimeKind.Utc), room[0].BuyerId, room[0].SellerId);
    }

    private static async Task PromoteAsync(MarketDb db, IReadOnlyList<MessagePhoto> photos)
    {
        var staged = db.StoredPhotos.Named(photos.Select(photo => photo.Name)).Where(p => p.IsStaged);
        if (await staged.ExecuteUpdateAsync(set => set.SetProperty(p => p.IsStaged, false)) == photos.Count) return;
        throw new DbUpdateConcurrencyException("A photo of the message has been replaced or deleted.");
    }

    private async Task<SendResult?> FindAsync(int userId, int roomId, Guid clientId, CancellationToken cancellationToken) =>
        await db.Messages.Where(m => m.ChatRoomId == roomId && m.UserId == userId && m.ClientId == clientId)
            .Select(MessageView.For(userId)).FirstOrDefaultAsync(cancellationToken) is { } message
            ? new SendResult(message, IsNew: false)
            : null;

    private sealed record InsertedMessage(long Id, long Rev, DateTime CreatedAt);

    private sealed record Members(int BuyerId, int SellerId);

    private sealed record Stored(long Id, DateTime CreatedAt, int BuyerId, int SellerId);
}
