using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.Photos;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.FeatureManagement.Mvc;

namespace MarketChat.Features.Chat.Photos;

/// <summary>Serves one photo of a message to the room's two members. Photos of removed messages are not found.</summary>
[FeatureGate(PhotosSetup.Flag)]
public sealed class PhotoModel(MarketDb db, PhotoCopies copies) : PageModel
{
    public async Task<IActionResult> OnGetAsync(int id, long message, int number)
    {
        var userId = User.GetUserId();
        var width = (string?)Request.Query["width"]; // Model binding would treat an empty "?width=" as absent.
        var data = await db.Messages
            .Where(m => m.Id == message && m.Kind == MessagePhoto.Kind && m.ChatRoomId == id && m.RemovedAt == null
                && db.ChatRooms.ForUser(userId)
                .Any(r => r.Id == m.ChatRoomId))
            .Select(m => m.Data).FirstOrDefaultAsync(HttpContext.RequestAborted);
        var photos = data is null ? [] : MessagePhoto.Deserialize(data);
        if (photos.ElementAtOrDefault(number - 1) is not { } photo || !PhotoNames.TryParseWidth(width, out var pixels)) return NotFound();
        return await copies.OpenAsync(photo.Name, pixels, HttpContext.RequestAborted) is { } opened
            ? new PhotoResult(opened, isForAnyone: false)
            : NotFound();
    }
}
