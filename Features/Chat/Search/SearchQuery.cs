using MarketChat.Features.Shared;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Localization;
using MarketChat.Infrastructure.Photos;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Search;

/// <summary>A room whose counterpart's name or product title contains the search terms.</summary>
public sealed record RoomResult(int Id, Avatar Avatar, IReadOnlyList<HighlightSegment> Name, IReadOnlyList<HighlightSegment> Title,
    string? ProductPhoto, DateTime UpdatedAt)
{
    public string? ProductPhotoUrl => ProductPhoto is null ? null : PhotoNames.UrlOf(ProductPhoto);
}

/// <summary>A message that contains the search terms, and its room. A long text is cut to what surrounds the first match.</summary>
public sealed record MessageResult(
    long Id, int RoomId, Avatar Avatar, string Counterpart, string ProductTitle, string? ProductPhoto, bool Mine,
    IReadOnlyList<HighlightSegment> Snippet, DateTime SentAt)
{
    public string? ProductPhotoUrl => ProductPhoto is null ? null : PhotoNames.UrlOf(ProductPhoto);
}

/// <summary>
/// The results of a search. <see cref="NextCursor"/> is the message id from which the next page continues; null if there is none.
/// </summary>
public sealed record SearchResults(IReadOnlyList<RoomResult> Rooms, bool HasMoreRooms, IReadOnlyList<MessageResult> Messages,
    long? NextCursor)
{
    public static SearchResults Nothing { get; } = new([], false, [], null);
}

public sealed class SearchQuery(MarketDb db, DeletedUserLabel deletedUser)
{
    public const int MaxRooms = 10;
    public const int MaxMessages = 20;

    /// <param name="terms">The search terms; at least one.</param>
    /// <param name="before">A message id, for the next page: only older messages are returned, and no rooms.</param>
    public async Task<SearchResults> FindAsync(int userId, IReadOnlyList<string> terms, long? before, CancellationToken cancellationToken)
    {
        var rooms = before is null ? await RoomsAsync(userId, terms, cancellationToken) : [];
        var found = await db.Engine.FindMessagesAsync(db, userId, terms, before ?? long.MaxValue, MaxMessages, cancellationToken);
        var messages = found.Ids.Count == 0 ? [] : await MessagesAsync(userId, found.Ids, terms, cancellationToken);
        return new SearchResults(rooms.Take(MaxRooms).ToList(), rooms.Count > MaxRooms, messages, found.NextCursor);
    }

    private async Task<List<RoomResult>> RoomsAsync(int userId, IReadOnlyList<string> terms, CancellationToken cancellationToken)
    {
        var matches = db.RoomMembers.Where(m => m.UserId == userId).WithOther(db);
        foreach (var pattern in terms.Select(LikePattern.Containing))
        {
            // The normalized name is the name's search key: names have no white space.
            matches = matches.Where(pair => EF.Functions.Like(pair.Mine.ChatRoom.Product.SearchTitle, pattern, LikePattern.Escape)
                || EF.Functions.Like(pair.Other.User.NormalizedUserName!, pattern, LikePattern.Escape));
        }

        var deletedUserName = deletedUser.Name;
        var rooms = await matches
            .OrderByDescending(pair => pair.Mine.LastActivityAt).ThenByDescending(pair => pair.Mine.ChatRoomId)
            .Take(MaxRooms + 1) // One more than is shown, which tells whether there are more.
            .Select(pair => new
            {
                Id = pair.Mine.ChatRoomId,
                Counterpart = pair.Other.User.UserName ?? deletedUserName,
                Photo = pair.Other.User.Avatar,
                pair.Mine.ChatRoom.Product.Title,
                ProductPhoto = pair.Mine.ChatRoom.Product.Photos.OrderBy(p => p.Position).Select(p => p.Name).FirstOrDefault(),
                UpdatedAt = pair.Mine.LastActivityAt,
            })
            .ToListAsync(cancellationToken);
        return rooms.ConvertAll(r => new RoomResult(
            r.Id, new Avatar(r.Counterpart, r.Photo), SearchHighlighter.Highlight(r.Counterpart, terms),
                SearchHighlighter.Highlight(r.Title, terms), r.ProductPhoto,
            r.UpdatedAt));
    }

    private async Task<List<MessageResult>> MessagesAsync(int userId, IReadOnlyList<long> ids, IReadOnlyList<string> terms,
        CancellationToken cancellationToken)
    {
        var deletedUserName = deletedUser.Name;
        var messages = await db.RoomMembers.Where(m => m.UserId == userId).WithOther(db)
            .Join(db.Messages.Where(m => ids.Contains(m.Id) && m.RemovedAt == null), pair => pair.Mine.ChatRoomId, m => m.ChatRoomId,
                (pair, m) => new { pair.Mine, pair.Other, Message = m })
            .OrderByDescending(x => x.Message.Id)
            .Select(x => new
            {
                x.Message.Id,
                x.Message.ChatRoomId,
                Counterpart = x.Other.User.UserName ?? deletedUserName,
                Photo = x.Other.User.Avatar,
                x.Mine.ChatRoom.Product.Title,
                ProductPhoto = x.Mine.ChatRoom.Product.Photos.OrderBy(p => p.Position).Select(p => p.Name).FirstOrDefault(),
                Mine = x.Message.UserId == userId,
                x.Message.Payload,
                x.Message.CreatedAt,
            })
            .ToListAsync(cancellationToken);
        return messages.ConvertAll(m => new MessageResult(
            m.Id, m.ChatRoomId, new Avatar(m.Counterpart, m.Photo), m.Counterpart, m.Title, m.ProductPhoto, m.Mine,
            SearchHighlighter.Snippet(m.Payload, terms), m.CreatedAt));
    }
}
