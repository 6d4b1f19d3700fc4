using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Delivery;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Products.StartChat;

/// <summary>Leads a buyer to the room with the seller. A script gets <c>{ "roomId": 3 }</c>, 201 when the room is new.</summary>
[EnableRateLimiting(Limit.Rooms)]
public sealed class StartChatModel(MarketDb db, Doorbell doorbell, TimeProvider time, IStringLocalizer<StartChatModel> words) : PageModel
{
    public string Problem { get; private set; } = "";
    public string WayOn { get; private set; } = "/";

    // Whoever was sent to sign in comes back here, with GET.
    public IActionResult OnGet(int id) => Redirect($"/products/{id}");

    public async Task<IActionResult> OnPostAsync(int id, CancellationToken cancellationToken)
    {
        var me = User.Id();
        var sellerId = await db.Products.OnTheMarket().Where(p => p.Id == id).Select(p => (int?)p.SellerId)
            .SingleOrDefaultAsync(cancellationToken);
        if (sellerId is not { } seller) return Refuse(StatusCodes.Status404NotFound, words["ProductNotFound"], "/");
        if (seller == me) return Refuse(StatusCodes.Status409Conflict, words["OwnProduct"], $"/products/{id}");

        var opened = await db.OpenRoomAsync(id, seller, me, time.GetUtcMilliseconds(), cancellationToken);
        if (opened is not var (roomId, isNew)) return Refuse(StatusCodes.Status404NotFound, words["ProductNotFound"], "/");
        if (isNew) RingBoth(me, seller);
        return Request.IsFromScript()
            ? new JsonResult(new { roomId }) { StatusCode = isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK }
            : this.SeeOther($"/chat/{roomId}");
    }

    private void RingBoth(int buyer, int seller)
    {
        doorbell.Ring(buyer);
        doorbell.Ring(seller);
    }

    private IActionResult Refuse(int status, string problem, string wayOn)
    {
        if (Request.IsFromScript()) return this.ProblemFor(status, problem);
        (Problem, WayOn, Response.StatusCode) = (problem, wayOn, status);
        return Page();
    }
}
