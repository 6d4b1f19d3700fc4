using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.Storage;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.FeatureManagement.Mvc;

namespace MarketChat.Features.Chat.Photos;

/// <summary>Hands out one photo of a message to the room's two people. Of a message that was removed there is none.</summary>
[FeatureGate(PhotosSetup.Flag)]
public sealed class PhotoModel(MarketDb db, PhotoStore store) : PageModel
{
    public async Task<IActionResult> OnGetAsync(int id, long message, int number)
    {
        var me = User.Id();
        var photos = await db.Messages
            .Where(m => m.Id == message && m.ChatRoomId == id && m.RemovedAt == null && db.ChatRooms.Of(me).Any(r => r.Id == m.ChatRoomId))
            .Select(m => m.Photos).FirstOrDefaultAsync(HttpContext.RequestAborted);
        if (photos?.ElementAtOrDefault(number - 1) is not { } photo || store.Find(photo.Name) is not { } path) return NotFound();
        return new PhotoAnswer(path, isForAnyone: false);
    }
}
