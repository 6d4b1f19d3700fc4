using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Photos;

/// <summary>
/// What became of photos: a message; or the sentence for the person that says what is wrong with one of them; or the numbers of those
/// that have to come first. Nothing of this where the room is closed.
/// </summary>
public sealed record SendingOutcome(Sent? Sent = null, string? Problem = null, IReadOnlyList<int>? Missing = null);

/// <summary>Makes a message of photos: their files, and then the message that names them; or, when either fails, neither.</summary>
public sealed class PhotoSending(MarketDb db, SendMessage send, PhotoStore store, PhotoParts parts)
{
    /// <returns>Whether the other has left and nothing can be sent any more; null when the room is not among one's rooms.</returns>
    public Task<bool?> IsClosedAsync(int me, int roomId, CancellationToken cancellationToken) =>
        db.ChatRooms.Of(me).Where(r => r.Id == roomId).Select(r => (bool?)(r.ClosedAt != null)).FirstOrDefaultAsync(cancellationToken);

    /// <summary>Of photos that are all here. The same letter again costs a look at the database, and its files are not read.</summary>
    public async Task<SendingOutcome> SendAsync(PhotoLetter letter, IReadOnlyList<IFormFile> files, CancellationToken cancellationToken) =>
        await FindAsync(letter, cancellationToken)
        ?? await StoreAsync(letter, files.Select(file => store.SavePrivateAsync(file, cancellationToken)), cancellationToken);

    /// <summary>Of photos that came one by one.</summary>
    public async Task<SendingOutcome> SendPartsAsync(PhotoLetter letter, int count, CancellationToken cancellationToken)
    {
        if (await FindAsync(letter, cancellationToken) is { } before) return before;
        if (parts.Missing(letter, count).Count > 0) return await FindUsedAsync();
        try
        {
            var outcome = await StoreAsync(letter, Enumerable.Range(1, count).Select(SaveAsync), cancellationToken);
            parts.Drop(letter, count);
            return outcome;
        }
        catch (FileNotFoundException)
        {
            return await FindUsedAsync();
        }

        // The same letter, sent a moment earlier, has used them, and was stored before they went; or else they have to come again.
        async Task<SendingOutcome> FindUsedAsync() => await FindAsync(letter, cancellationToken) ?? new SendingOutcome(Missing: parts.Missing(letter, count));

        async Task<PhotoOutcome> SaveAsync(int number) => await store.SavePrivateAsync(await parts.ReadAsync(letter, number, cancellationToken), cancellationToken);
    }

    /// <summary>Whether a message that is stored already consists of these very photos.</summary>
    public async Task<bool> AreSameAsync(long messageId, IReadOnlyList<IFormFile> files, CancellationToken cancellationToken)
    {
        var photos = await db.Messages.Where(m => m.Id == messageId).Select(m => m.Photos).SingleAsync(cancellationToken) ?? [];
        if (photos.Count != files.Count) return false;
        foreach (var (photo, file) in photos.Zip(files))
        {
            var (reading, path) = (await store.ReadAsync(file, cancellationToken), store.Find(photo.Name));
            if (reading.Photo is null || path is null) return false;
            var stored = await File.ReadAllBytesAsync(path, cancellationToken);
            if (!reading.Photo.Content.Span.SequenceEqual(stored)) return false;
        }

        return true;
    }

    private async Task<SendingOutcome?> FindAsync(PhotoLetter letter, CancellationToken cancellationToken) =>
        await db.Messages.Where(m => m.ChatRoomId == letter.RoomId && m.UserId == letter.SenderId && m.ClientId == letter.ClientId)
            .Select(MessageView.For(letter.SenderId)).FirstOrDefaultAsync(cancellationToken) is { } message
            ? new SendingOutcome(new Sent(message, IsNew: false))
            : null;

    /// <param name="saving">Each is begun when the one before has been saved.</param>
    private async Task<SendingOutcome> StoreAsync(PhotoLetter letter, IEnumerable<Task<PhotoOutcome>> saving, CancellationToken cancellationToken)
    {
        var photos = new List<MessagePhoto>();
        var kept = false;
        try
        {
            foreach (var saved in saving)
            {
                var (photo, problem) = await saved;
                if (photo is null) return new SendingOutcome(Problem: problem);
                photos.Add(new MessagePhoto(photo.Name, photo.Width, photo.Height));
            }

            var sent = await send.ExecuteAsync(letter.SenderId, letter.RoomId, "", photos, letter.ClientId, cancellationToken);
            kept = sent is { IsNew: true };
            return new SendingOutcome(sent);
        }
        finally
        {
            if (!kept) photos.ForEach(photo => store.Delete(photo.Name));
        }
    }
}
