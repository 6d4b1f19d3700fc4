using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Products.StartChat;

/// <summary>
/// Opens the room of the user and the seller and redirects to it. A script gets <c>{ "roomId": 3 }</c> instead, with status 201 if the room
/// is new and 200 otherwise.
/// </summary>
[EnableRateLimiting(RateLimitPolicies.Rooms)]
public sealed class StartChatModel(OpenRoom openRoom, IStringLocalizer<StartChatModel> localizer) : PageModel
{
    public string Problem { get; private set; } = "";
    public string BackUrl { get; private set; } = "~/";

    // The sign-in page redirects back to this address with GET.
    public IActionResult OnGet(int id) => Redirect($"~/products/{id}");

    public async Task<IActionResult> OnPostAsync(int id, CancellationToken cancellationToken)
    {
        var (status, roomId) = await openRoom.ExecuteAsync(id, User.GetUserId(), cancellationToken);
        return status switch
        {
            OpenRoomStatus.ProductNotFound => Reject(StatusCodes.Status404NotFound, localizer["ProductNotFound"], "~/"),
            OpenRoomStatus.OwnProduct => Reject(StatusCodes.Status409Conflict, localizer["OwnProduct"], $"~/products/{id}"),
            _ when !Request.WantsJson() => this.SeeOther($"~/chat/{roomId}"),
            OpenRoomStatus.Opened => new JsonResult(new { roomId }) { StatusCode = StatusCodes.Status201Created },
            _ => new JsonResult(new { roomId }),
        };
    }

    private IActionResult Reject(int status, string problem, string backUrl)
    {
        if (Request.WantsJson()) return this.Problem(status, problem);
        (Problem, BackUrl, Response.StatusCode) = (problem, backUrl, status);
        return Page();
    }
}
