using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Identity;
using Microsoft.AspNetCore.Mvc;

namespace MarketChat.Features.Badge;

/// <summary>The badge as every page shows it, also without scripts.</summary>
public sealed class BadgeViewComponent(MarketDb db) : ViewComponent
{
    public const int MostShown = 99;

    public async Task<IViewComponentResult> InvokeAsync()
    {
        var count = UserClaimsPrincipal.IdOrNull() is { } me ? await db.ChatRooms.CountUnreadAsync(me, HttpContext.RequestAborted) : 0;
        return View("~/Features/Badge/_Badge.cshtml", count);
    }
}
