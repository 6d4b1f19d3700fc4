using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Delivery;
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
public sealed class AccountClosing(MarketDb db, PhotoStore photos, SessionStamps stamps, Doorbell doorbell, LogEmptying log,
    TimeProvider time)
{
    /// <summary>Everything in the database as one transaction; then the files, which nothing leads to any more.</summary>
    public async Task CloseAsync(int me, CancellationToken cancellationToken)
    {
        var (files, people) = await db.WriteAsync(token => EraseAsync(me, token), cancellationToken);
        stamps.Forget(me);
        foreach (var person in people) doorbell.Ring(person);
        await photos.DeleteFilesAsync(files);
        await log.EmptyAsync();
    }

    private async Task<(List<string> Files, List<int> People)> EraseAsync(int me, CancellationToken cancellationToken)
    {
        var now = time.GetUtcMilliseconds();
        var files = await FilesOf(me).ToListAsync(cancellationToken);
        files.AddRange(await db.Messages.Where(m => RoomsLeftByBoth(me).Any(r => r.Id == m.ChatRoomId)).PhotoNamesAsync(cancellationToken));
        await db.StoredPhotos.Named(files).ExecuteDeleteAsync(cancellationToken);
        await LeaveRoomsAsync(me, now, cancellationToken);
        await WithdrawProductsAsync(me, now, cancellationToken);
        await ForgetPersonAsync(me, cancellationToken);
        var people = await db.ChatRooms.Of(me).Select(r => r.BuyerId == me ? r.SellerId : r.BuyerId).Distinct()
            .ToListAsync(cancellationToken);
        return (files, people);
    }

    private IQueryable<string> FilesOf(int me) =>
        db.Products.Where(p => p.SellerId == me).SelectMany(p => p.Photos).Select(p => p.Name)
            .Concat(db.Users.Where(u => u.Id == me && u.Avatar != null).Select(u => u.Avatar!))
            .Concat(db.StoredPhotos.Where(p => p.UserId == me && p.IsStaged).Select(p => p.Name));

    private IQueryable<ChatRoom> RoomsLeftByBoth(int me) => db.ChatRooms.Of(me).Where(r => r.ClosedAt != null);

    private async Task LeaveRoomsAsync(int me, DateTime now, CancellationToken cancellationToken)
    {
        var leftByBoth = RoomsLeftByBoth(me);
        var products = await leftByBoth.Select(r => r.ProductId).ToListAsync(cancellationToken);
        await leftByBoth.ExecuteDeleteAsync(cancellationToken);
        await db.Products
            .Where(p => products.Contains(p.Id) && p.WithdrawnAt != null && !db.ChatRooms.Any(r => r.ProductId == p.Id))
            .ExecuteDeleteAsync(cancellationToken);
        await db.ChatRooms.Of(me).ExecuteUpdateAsync(
            room => room.SetProperty(r => r.Rev, r => r.Rev + 1).SetProperty(r => r.ClosedAt, now), cancellationToken);
    }

    private async Task WithdrawProductsAsync(int me, DateTime now, CancellationToken cancellationToken)
    {
        var mine = db.Products.Where(p => p.SellerId == me);
        await mine.Where(p => !db.ChatRooms.Any(r => r.ProductId == p.Id)).ExecuteDeleteAsync(cancellationToken);
        await db.Set<ProductPhoto>().Where(photo => mine.Any(p => p.Id == photo.ProductId)).ExecuteDeleteAsync(cancellationToken);
        await mine.ExecuteUpdateAsync(
            product => product.SetProperty(p => p.Description, "").SetProperty(p => p.WithdrawnAt, now), cancellationToken);
    }

    private async Task ForgetPersonAsync(int me, CancellationToken cancellationToken)
    {
        await db.UserPasskeys.Where(p => p.UserId == me).ExecuteDeleteAsync(cancellationToken);
        await db.PushSubscriptions.Where(s => s.UserId == me).ExecuteDeleteAsync(cancellationToken);
        await db.RoomNotices.Where(n => n.UserId == me).ExecuteDeleteAsync(cancellationToken);
        await db.Users.Where(u => u.Id == me).ExecuteUpdateAsync(
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
