using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.Photos;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Account.DeleteAccount;

/// <summary>
/// Deletes an account permanently. The user's personal data is erased: name, password, passkeys, avatar, language, push subscriptions, and
/// the descriptions and photos of products. The other members keep their conversations: a room stays with its messages and the product's
/// title and price, but is closed to new messages, and shows "Deleted user" in place of the name. Rooms whose other member has been
/// deleted, too, are deleted. The name becomes available to new users, who have no access to this data.
/// </summary>
public sealed class DeleteAccountHandler(MarketDb db, PhotoStore photos, SecurityStampCache stamps, RoomWriter rooms,
    TimeProvider time)
{
    /// <summary>Changes the database in one transaction, and then deletes the files that nothing refers to any more.</summary>
    public async Task ExecuteAsync(int userId, CancellationToken cancellationToken)
    {
        var (files, others) = await db.ExecuteInTransactionAsync(token => EraseAsync(userId, token), cancellationToken);
        stamps.Invalidate(userId);
        rooms.NotifyMembers(others);
        await photos.DeleteFilesAsync(files);
        db.Engine.PurgeErasedContent();
    }

    private async Task<(List<string> Files, int[] Others)> EraseAsync(int userId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNowInMilliseconds();
        var files = await GetPhotoNames(userId).ToListAsync(cancellationToken);
        files.AddRange(await db.Messages.Where(m => GetRoomsLeftByBoth(userId).Any(r => r.Id == m.ChatRoomId))
            .PhotoNamesAsync(cancellationToken));
        await db.StoredPhotos.Named(files).ExecuteDeleteAsync(cancellationToken);
        await DeleteRoomsLeftByBothAsync(userId, cancellationToken);
        var others = await rooms.CloseRoomsAsync(userId, now, cancellationToken);
        await DelistProductsAsync(userId, now, cancellationToken);
        await AnonymizeUserAsync(userId, cancellationToken);
        return (files, others);
    }

    private IQueryable<string> GetPhotoNames(int userId) =>
        db.Products.Where(p => p.SellerId == userId).SelectMany(p => p.Photos).Select(p => p.Name)
            .Concat(db.Users.Where(u => u.Id == userId && u.Avatar != null).Select(u => u.Avatar!))
            .Concat(db.StoredPhotos.Where(p => p.UserId == userId && p.IsStaged).Select(p => p.Name));

    private IQueryable<ChatRoom> GetRoomsLeftByBoth(int userId) =>
        db.ChatRooms.Where(r => r.ClosedAt != null && db.RoomMembers.Where(m => m.UserId == userId).Select(m => m.ChatRoomId)
            .Contains(r.Id));

    private async Task DeleteRoomsLeftByBothAsync(int userId, CancellationToken cancellationToken)
    {
        var leftByBoth = GetRoomsLeftByBoth(userId);
        var products = await leftByBoth.Select(r => r.ProductId).ToListAsync(cancellationToken);
        await leftByBoth.ExecuteDeleteAsync(cancellationToken);
        await db.Products
            .Where(p => products.Contains(p.Id) && p.DelistedAt != null && !db.ChatRooms.Any(r => r.ProductId == p.Id))
            .ExecuteDeleteAsync(cancellationToken);
    }

    private async Task DelistProductsAsync(int userId, DateTime now, CancellationToken cancellationToken)
    {
        var products = db.Products.Where(p => p.SellerId == userId);
        await products.Where(p => !db.ChatRooms.Any(r => r.ProductId == p.Id)).ExecuteDeleteAsync(cancellationToken);
        await db.Set<ProductPhoto>().Where(photo => products.Any(p => p.Id == photo.ProductId)).ExecuteDeleteAsync(cancellationToken);
        await products.ExecuteUpdateAsync(
            product => product.SetProperty(p => p.Description, "").SetProperty(p => p.DelistedAt, now), cancellationToken);
    }

    private async Task AnonymizeUserAsync(int userId, CancellationToken cancellationToken)
    {
        await db.UserPasskeys.Where(p => p.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        await db.PushSubscriptions.Where(s => s.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        await db.RoomMembers.Where(m => m.UserId == userId).ExecuteUpdateAsync(
            member => member.SetProperty(m => m.IsMuted, false), cancellationToken);
        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(
            user => user
                .SetProperty(u => u.UserName, (string?)null)
                .SetProperty(u => u.NormalizedUserName, (string?)null)
                .SetProperty(u => u.NameSkeleton, (string?)null)
                .SetProperty(u => u.PasswordHash, (string?)null)
                .SetProperty(u => u.Avatar, (string?)null)
                .SetProperty(u => u.Language, (string?)null)
                .SetProperty(u => u.SecurityStamp, Guid.NewGuid().ToString("N"))
                .SetProperty(u => u.ConcurrencyStamp, Guid.NewGuid().ToString()),
            cancellationToken);
    }
}
