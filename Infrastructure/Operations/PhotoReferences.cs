using System.Text.Json;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Operations;

/// <summary>Queries for the photos that the data refers to. They tolerate messages whose content is damaged.</summary>
public static class PhotoReferences
{
    /// <summary>The names of all photos that products, users and messages refer to.</summary>
    public static async Task<HashSet<string>> GetReferencedPhotosAsync(this MarketDb db, CancellationToken cancellationToken)
    {
        var names = (await db.Products.SelectMany(p => p.Photos).Select(photo => photo.Name)
            .Concat(db.Users.Where(u => u.Avatar != null).Select(u => u.Avatar!))
            .ToListAsync(cancellationToken)).ToHashSet();
        await foreach (var (_, photos) in ReadMessagesAsync(db).WithCancellation(cancellationToken))
        {
            names.UnionWith(photos?.Select(photo => photo.Name) ?? []);
        }

        return names;
    }

    /// <summary>The ids of messages with photos whose content is not what a message with photos has.</summary>
    public static Task<List<long>> FindUnreadablePhotosAsync(this MarketDb db, CancellationToken cancellationToken) =>
        ReadMessagesAsync(db).Where(message => message.Photos is null).Select(message => message.Id).ToListAsync(cancellationToken)
            .AsTask();

    private static IAsyncEnumerable<(long Id, IReadOnlyList<MessagePhoto>? Photos)> ReadMessagesAsync(MarketDb db) => db.Messages
        .Where(m => m.Kind == MessagePhoto.Kind && m.RemovedAt == null).Select(m => new { m.Id, m.Data }).AsAsyncEnumerable()
        .Select(message => (message.Id, Deserialize(message.Data)));

    private static IReadOnlyList<MessagePhoto>? Deserialize(string? data)
    {
        try
        {
            return data is null ? null : MessagePhoto.Deserialize(data) is { Count: > 0 } photos && photos.All(p => p?.Name is not null)
                ? photos
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
