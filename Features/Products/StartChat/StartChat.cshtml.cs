using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Products.StartChat;

/// <summary>
/// Opens the room of the user and the seller and redirects to it. A script gets <c>{ "roomId": 3 }</c> instead, with status 201 if the room
/// is new and 200 otherwise.
/// </summary>
[EnableRateLimiting(RateLimitPolicies.Rooms)]
public sealed class StartChatModel(MarketDb db, ChangeNotifier notifier, TimeProvider time, IStringLocalizer<StartChatModel> localizer)
    : PageModel
{
    public string Problem { get; private set; } = "";
    public string BackUrl { get; private set; } = "/";

    // A user who had to sign in first returns here by GET.
    public IActionResult OnGet(int id) => Redirect($"/products/{id}");

    public async Task<IActionResult> OnPostAsync(int id, CancellationToken cancellationToken)
    {
        var userId = User.GetUserId();
        var sellerId = await db.Products.Available().Where(p => p.Id == id).Select(p => (int?)p.SellerId)
            .SingleOrDefaultAsync(cancellationToken);
        if (sellerId is not { } seller) return Reject(StatusCodes.Status404NotFound, localizer["ProductNotFound"], "/");
        if (seller == userId) return Reject(StatusCodes.Status409Conflict, localizer["OwnProduct"], $"/products/{id}");

        var opened = await db.ExecuteAsync(id, seller, userId, time.GetUtcNowInMilliseconds(), cancellationToken);
        if (opened is not var (roomId, isNew)) return Reject(StatusCodes.Status404NotFound, localizer["ProductNotFound"], "/");
        if (isNew) NotifyBoth(userId, seller);
        return Request.WantsJson()
            ? new JsonResult(new { roomId }) { StatusCode = isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK }
            : this.SeeOther($"/chat/{roomId}");
    }

    private void NotifyBoth(int buyer, int seller)
    {
        notifier.NotifyChanged(buyer);
        notifier.NotifyChanged(seller);
    }

    private IActionResult Reject(int status, string problem, string backUrl)
    {
        if (Request.WantsJson()) return this.Problem(status, problem);
        (Problem, BackUrl, Response.StatusCode) = (problem, backUrl, status);
        return Page();
    }
}
