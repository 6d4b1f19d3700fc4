using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Infrastructure.Text;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat;

public enum SendStatus
{
    /// <summary>The message is stored now.</summary>
    Stored,

    /// <summary>A message with the same client id was stored before, and is returned.</summary>
    Duplicate,

    /// <summary>A member of the room has deleted their account.</summary>
    RoomClosed,

    /// <summary>The room does not exist, or the sender is not a member of it.</summary>
    NotFound,
}

/// <param name="Message">The stored message for <see cref="SendStatus.Stored"/> and <see cref="SendStatus.Duplicate"/>.</param>
public sealed record SendResult(SendStatus Status, MessageView? Message = null);

/// <summary>The content of a message to send.</summary>
/// <param name="Payload">The text, or a text that describes a message of another kind.</param>
/// <param name="Data">The kind's own content as JSON; null for text.</param>
/// <param name="StoreAlong">Further statements for the transaction that stores the message.</param>
public sealed record MessageContent(string Payload, string Kind = Message.Text, string? Data = null, Func<MarketDb,
    Task>? StoreAlong = null);

/// <summary>Stores a message exactly once and notifies both members of the room.</summary>
public sealed class SendMessage(MarketDb db, RoomWriter rooms, TimeProvider time)
{
    public Task<SendResult> ExecuteAsync(int userId, int roomId, string payload, Guid clientId, CancellationToken cancellationToken) =>
        ExecuteAsync(userId, roomId, new MessageContent(payload), clientId, cancellationToken);

    public async Task<SendResult> ExecuteAsync(
        int userId, int roomId, MessageContent content, Guid clientId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNowInMilliseconds();
        var (exists, stored) = await rooms.WriteAsync(
            userId, roomId, change => StoreAsync(change, content, clientId, now), cancellationToken);
        if (stored is not null)
        {
            var sentAt = DateTime.SpecifyKind(stored.CreatedAt, DateTimeKind.Utc);
            return new SendResult(SendStatus.Stored,
                new MessageView(stored.Id, clientId, userId, Mine: true, content.Payload, sentAt, Kind: content.Kind, Data: content.Data));
        }

        if (!exists) return new SendResult(SendStatus.NotFound);
        return await FindAsync(userId, roomId, clientId, cancellationToken) is { } message
            ? new SendResult(SendStatus.Duplicate, message)
            : new SendResult(SendStatus.RoomClosed);
    }

    /// <summary>
    /// Stores the message and updates both memberships. The two statements are written by hand because they run for every message. The
    /// unique index rejects a client id that is stored already. Times within a room never decrease, even if the machine's clock does.
    /// </summary>
    /// <returns>Null when nothing was stored.</returns>
    private static async Task<StoredMessage?> StoreAsync(
        RoomChange change, MessageContent content, Guid clientId, DateTime now)
    {
        if (change.IsClosed) return null;
        var db = change.Db;
        var message = await db.ReadFirstRowAsync(
            $"""
            INSERT INTO "Messages" ("Payload", "SearchText", "Kind", "Data", "UserId", "ChatRoomId", "CreatedAt", "ClientId", "Rev")
            SELECT {content.Payload}, {SearchKey.Of(content.Payload)}, {content.Kind}, {content.Data}, "UserId", "ChatRoomId",
                CASE WHEN {now} > "LastActivityAt" THEN {now} ELSE "LastActivityAt" END, {clientId}, {change.Rev}
            FROM "RoomMembers" WHERE "ChatRoomId" = {change.RoomId} AND "UserId" = {change.UserId}
            ON CONFLICT ("ChatRoomId", "UserId", "ClientId") DO NOTHING
            RETURNING "Id", "CreatedAt"
            """,
            row => new StoredMessage(row.GetInt64(0), row.GetDateTime(1)));
        if (message is null) return null;
        if (content.StoreAlong is { } storeAlong) await storeAlong(db);

        await db.Database.ExecuteSqlAsync($"""
            UPDATE "RoomMembers" SET "LastActivityAt" = {message.CreatedAt},
                "LastIncomingMessageId" = CASE WHEN "UserId" = {change.UserId} THEN "LastIncomingMessageId" ELSE {message.Id} END
            WHERE "ChatRoomId" = {change.RoomId}
            """);
        return message;
    }

    private Task<MessageView?> FindAsync(int userId, int roomId, Guid clientId, CancellationToken cancellationToken) =>
        db.Messages.Where(m => m.ChatRoomId == roomId && m.UserId == userId && m.ClientId == clientId)
            .Select(MessageView.For(userId)).FirstOrDefaultAsync(cancellationToken);

    private sealed record StoredMessage(long Id, DateTime CreatedAt);
}
