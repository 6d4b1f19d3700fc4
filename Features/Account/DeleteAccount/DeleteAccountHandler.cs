using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.Photos;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Account.DeleteAccount;

/// <summary>
/// Closes an account for good. What tells of its person is erased: name, password, passkeys, picture, language, what they sold with its
/// words and photos. The others keep their conversations: a room stays, with its messages and its product's title and price, and is
/// closed, so that nothing more is sent into it; its other person is told "Deleted user" where the name stood. A room that both have
/// left is nobody's any more, and goes. The name is free for someone new, who sees nothing of all this.
/// </summary>
public sealed class DeleteAccountHandler(MarketDb db, PhotoStore photos, SecurityStampCache stamps, RoomWriter rooms,
    WalCheckpointService log,
    TimeProvider time)
{
    /// <summary>Everything in the database as one transaction; then the files, which nothing leads to any more.</summary>
    public async Task ExecuteAsync(int userId, CancellationToken cancellationToken)
    {
        var (files, others) = await db.ExecuteInTransactionAsync(token => EraseAsync(userId, token), cancellationToken);
        stamps.Invalidate(userId);
        rooms.NotifyMembers(others);
        await photos.DeleteFilesAsync(files);
        log.RequestCheckpoint();
    }

    private async Task<(List<string> Files, int[] Others)> EraseAsync(int userId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNowInMilliseconds();
        var files = await FilesOf(userId).ToListAsync(cancellationToken);
        files.AddRange(await db.Messages.Where(m => RoomsLeftByBoth(userId).Any(r => r.Id == m.ChatRoomId))
            .PhotoNamesAsync(cancellationToken));
        await db.StoredPhotos.Named(files).ExecuteDeleteAsync(cancellationToken);
        await DeleteRoomsLeftByBothAsync(userId, cancellationToken);
        var others = await rooms.CloseRoomsAsync(userId, now, cancellationToken);
        await DelistProductsAsync(userId, now, cancellationToken);
        await AnonymizeUserAsync(userId, cancellationToken);
        return (files, others);
    }

    private IQueryable<string> FilesOf(int userId) =>
        db.Products.Where(p => p.SellerId == userId).SelectMany(p => p.Photos).Select(p => p.Name)
            .Concat(db.Users.Where(u => u.Id == userId && u.Avatar != null).Select(u => u.Avatar!))
            .Concat(db.StoredPhotos.Where(p => p.UserId == userId && p.IsStaged).Select(p => p.Name));

    private IQueryable<ChatRoom> RoomsLeftByBoth(int userId) =>
        db.ChatRooms.Where(r => r.ClosedAt != null && db.RoomMembers.Where(m => m.UserId == userId).Select(m => m.ChatRoomId)
            .Contains(r.Id));

    private async Task DeleteRoomsLeftByBothAsync(int userId, CancellationToken cancellationToken)
    {
        var leftByBoth = RoomsLeftByBoth(userId);
        var products = await leftByBoth.Select(r => r.ProductId).ToListAsync(cancellationToken);
        await leftByBoth.ExecuteDeleteAsync(cancellationToken);
        await db.Products
            .Where(p => products.Contains(p.Id) && p.DelistedAt != null && !db.ChatRooms.Any(r => r.ProductId == p.Id))
            .ExecuteDeleteAsync(cancellationToken);
    }

    private async Task DelistProductsAsync(int userId, DateTime now, CancellationToken cancellationToken)
    {
        var mine = db.Products.Where(p => p.SellerId == userId);
        await mine.Where(p => !db.ChatRooms.Any(r => r.ProductId == p.Id)).ExecuteDeleteAsync(cancellationToken);
        await db.Set<ProductPhoto>().Where(photo => mine.Any(p => p.Id == photo.ProductId)).ExecuteDeleteAsync(cancellationToken);
        await mine.ExecuteUpdateAsync(
            product => product.SetProperty(p => p.Description, "").SetProperty(p => p.DelistedAt, now), cancellationToken);
    }

    private async Task AnonymizeUserAsync(int userId, CancellationToken cancellationToken)
    {
        await db.UserPasskeys.Where(p => p.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        await db.PushSubscriptions.Where(s => s.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        await db.RoomMembers.Where(m => m.UserId == userId).ExecuteUpdateAsync(
            member => member.SetProperty(m => m.IsMuted, false).SetProperty(m => m.LastNotifiedMessageId, 0), cancellationToken);
        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(
            user => user
                .SetProperty(u => u.UserName, (string?)null)
                .SetProperty(u => u.NormalizedUserName, (string?)null)
                .SetProperty(u => u.PasswordHash, (string?)null)
                .SetProperty(u => u.Avatar, (string?)null)
                .SetProperty(u => u.Language, (string?)null)
                .SetProperty(u => u.SecurityStamp, Guid.NewGuid().ToString("N"))
                .SetProperty(u => u.ConcurrencyStamp, Guid.NewGuid().ToString()),
            cancellationToken);
    }
}
