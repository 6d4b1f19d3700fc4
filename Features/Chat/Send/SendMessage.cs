using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Delivery;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Send;

/// <summary>A message that is stored, and whether it was stored just now or already before.</summary>
public sealed record Sent(MessageView Message, bool IsNew);

/// <summary>Stores a message exactly once, raises the room's rev with it, and rings for both people once it is on disk.</summary>
public sealed class SendMessage(MarketDb db, Doorbell doorbell, TimeProvider time)
{
    /// <returns>Null when the room is not among the sender's rooms, or the other person's account is closed.</returns>
    public async Task<Sent?> ExecuteAsync(int me, int roomId, string payload, Guid clientId, CancellationToken cancellationToken)
    {
        try
        {
            var (sent, ring) = await db.WriteAsync(token => Store(me, roomId, payload, clientId, token), cancellationToken);
            foreach (var userId in ring) doorbell.Ring(userId);
            return sent;
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            // Another writer stored the same client id in the meantime: its row is the message.
            return await FindAsync(me, roomId, clientId, cancellationToken);
        }
    }

    private async Task<(Sent? Sent, int[] Ring)> Store(int me, int roomId, string payload, Guid clientId, CancellationToken cancellationToken)
    {
        if (await FindAsync(me, roomId, clientId, cancellationToken) is { } stored) return (stored, []);

        var rooms = db.ChatRooms.Of(me).Where(r => r.Id == roomId);
        var raised = await rooms.Where(r => r.ClosedAt == null).ExecuteUpdateAsync(room => room.SetProperty(r => r.Rev, r => r.Rev + 1), cancellationToken);
        if (raised == 0) return (null, []);

        var room = await rooms.Select(r => new { r.Rev, r.BuyerId, r.SellerId, r.UpdatedAt }).SingleAsync(cancellationToken);
        var message = new Message
        {
            Payload = payload,
            UserId = me,
            ChatRoomId = roomId,
            CreatedAt = Later(time.GetUtcMilliseconds(), room.UpdatedAt),
            ClientId = clientId,
            Rev = room.Rev,
        };
        db.Messages.Add(message);
        await db.SaveChangesAsync(cancellationToken);
        await rooms.ExecuteUpdateAsync(
            row => row
                .SetProperty(r => r.UpdatedAt, message.CreatedAt)
                .SetProperty(r => r.LastBuyerMessageId, r => r.BuyerId == me ? message.Id : r.LastBuyerMessageId)
                .SetProperty(r => r.LastSellerMessageId, r => r.SellerId == me ? message.Id : r.LastSellerMessageId),
            cancellationToken);
        return (new Sent(new MessageView(message.Id, clientId, me, Mine: true, payload, message.CreatedAt), IsNew: true), [room.BuyerId, room.SellerId]);
    }

    // Within a room time never runs backwards, even when the machine's clock does.
    private static DateTime Later(DateTime one, DateTime other) => one > other ? one : other;

    private async Task<Sent?> FindAsync(int me, int roomId, Guid clientId, CancellationToken cancellationToken) =>
        await db.Messages.Where(m => m.ChatRoomId == roomId && m.UserId == me && m.ClientId == clientId)
            .Select(MessageView.For(me)).FirstOrDefaultAsync(cancellationToken) is { } message
            ? new Sent(message, IsNew: false)
            : null;
}
