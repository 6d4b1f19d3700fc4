using System.Security.Cryptography;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Photos;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Photos;

/// <summary>
/// The outcome of sending photos: a message, the reason why a photo was rejected, or the numbers of the missing photos. In a closed room
/// <see cref="Sent"/> has no message.
/// </summary>
public sealed record SendPhotosResult(SendResult? Sent = null, SavePhotoResult? Rejected = null, IReadOnlyList<int>? Missing = null)
{
    public int StatusCode => Sent?.Status is SendStatus.Stored ? StatusCodes.Status201Created : StatusCodes.Status200OK;
}

/// <summary>
/// Sends a message of photos. The photos are uploaded first, together or one by one, and staged; the transaction that stores the message
/// clears their staged flag.
/// </summary>
public sealed class SendPhotoMessage(MarketDb db, SendMessage send, PhotoStore store, PhotoMessageKind kind)
{
    // A retry is needed only when a photo was uploaded again between the query and the transaction.
    private const int MaxAttempts = 5;

    /// <returns>
    /// Whether the other member has deleted their account, so that nothing can be sent; null if the user is not a member of the room.
    /// </returns>
    public Task<bool?> IsClosedAsync(int userId, int roomId, CancellationToken cancellationToken) =>
        db.ChatRooms.ForUser(userId).Where(r => r.Id == roomId).Select(r => (bool?)(r.ClosedAt != null))
            .FirstOrDefaultAsync(cancellationToken);

    /// <summary>
    /// Sends photos that arrived in one request. If a message with this key is stored already, returns it without reading the files.
    /// </summary>
    public async Task<SendPhotosResult> SendAsync(PhotoUploadKey key, IReadOnlyList<IFormFile> files, CancellationToken cancellationToken)
    {
        if (await FindAsync(key, cancellationToken) is { } existing) return existing;
        var (photos, isStored) = (new List<MessagePhoto>(), false);
        try
        {
            foreach (var file in files)
            {
                var result = await store.SavePrivateAsync(key.UserId, key.ChatRoomId, file, cancellationToken);
                if (result.Photo is not { } photo) return new SendPhotosResult(Rejected: result);
                photos.Add(new MessagePhoto(photo.Name, photo.Width, photo.Height));
            }

            var sent = await SendAsync(key, photos, cancellationToken);
            isStored = sent.Status is SendStatus.Stored;
            return new SendPhotosResult(sent);
        }
        finally
        {
            if (!isStored) await store.DeleteAsync(photos.ConvertAll(photo => photo.Name));
        }
    }

    /// <summary>Sends photos that were uploaded one by one.</summary>
    public async Task<SendPhotosResult> SendStagedAsync(PhotoUploadKey key, int count, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await FindAsync(key, cancellationToken) is { } existing) return existing;
            var staged = await db.StoredPhotos.StagedFor(key).Where(p => p.Number <= count).OrderBy(p => p.Number)
                .Select(p => new { p.Number, p.Name, p.Width, p.Height }).ToListAsync(cancellationToken);
            if (staged.Count < count)
            {
                // A concurrent request with the same key may have used the photos after the query for its message.
                return await FindAsync(key, cancellationToken)
                    ?? new SendPhotosResult(Missing: [.. Enumerable.Range(1, count).Except(staged.Select(p => p.Number!.Value))]);
            }

            try
            {
                var photos = staged.ConvertAll(p => new MessagePhoto(p.Name, p.Width, p.Height));
                return new SendPhotosResult(await SendAsync(key, photos, cancellationToken));
            }
            catch (DbUpdateConcurrencyException) when (attempt < MaxAttempts)
            {
            }
        }
    }

    /// <summary>Whether a stored message consists of exactly these files.</summary>
    public async Task<bool> AreSameAsync(long messageId, IReadOnlyList<IFormFile> files, CancellationToken cancellationToken)
    {
        var data = await db.Messages.Where(m => m.Id == messageId).Select(m => m.Data).SingleAsync(cancellationToken);
        var photos = data is null ? [] : MessagePhoto.Deserialize(data);
        if (photos.Count != files.Count) return false;
        var hashes = await db.StoredPhotos.Named(photos.Select(photo => photo.Name))
            .ToDictionaryAsync(p => p.Name, p => p.Hash, cancellationToken);
        foreach (var (photo, file) in photos.Zip(files))
        {
            await using var content = file.OpenReadStream();
            var hash = await SHA256.HashDataAsync(content, cancellationToken);
            if (hashes.GetValueOrDefault(photo.Name)?.AsSpan().SequenceEqual(hash) is not true) return false;
        }

        return true;
    }

    /// <exception cref="DbUpdateConcurrencyException">One of the photos is no longer staged; nothing was stored.</exception>
    private Task<SendResult> SendAsync(PhotoUploadKey key, List<MessagePhoto> photos, CancellationToken cancellationToken) =>
        send.ExecuteAsync(
            key.UserId, key.ChatRoomId,
            new MessageContent(
                kind.Describe(photos.Count), kind.Name, MessagePhoto.Serialize(photos), context => PromoteAsync(context, photos)),
            key.ClientId, cancellationToken);

    private static async Task PromoteAsync(MarketDb db, List<MessagePhoto> photos)
    {
        var staged = db.StoredPhotos.Named(photos.Select(photo => photo.Name)).Where(p => p.IsStaged);
        if (await staged.ExecuteUpdateAsync(set => set.SetProperty(p => p.IsStaged, false)) == photos.Count) return;
        throw new DbUpdateConcurrencyException("A photo of the message has been replaced or deleted.");
    }

    private async Task<SendPhotosResult?> FindAsync(PhotoUploadKey key, CancellationToken cancellationToken) =>
        await db.Messages.Where(m => m.ChatRoomId == key.ChatRoomId && m.UserId == key.UserId && m.ClientId == key.ClientId)
            .Select(MessageView.For(key.UserId)).FirstOrDefaultAsync(cancellationToken) is { } message
            ? new SendPhotosResult(new SendResult(SendStatus.Duplicate, message))
            : null;
}
