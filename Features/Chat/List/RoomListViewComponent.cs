using MarketChat.Infrastructure.Identity;
using Microsoft.AspNetCore.Mvc;

namespace MarketChat.Features.Chat.List;

/// <summary>Renders the chat list beside an open room, for wide screens.</summary>
public sealed class RoomListViewComponent(RoomListQuery query) : ViewComponent
{
    public async Task<IViewComponentResult> InvokeAsync() => View(
        "~/Features/Chat/List/_Rooms.cshtml",
        await query.PageAsync(UserClaimsPrincipal.GetUserId(), productId: null, before: null, HttpContext.RequestAborted));
}
