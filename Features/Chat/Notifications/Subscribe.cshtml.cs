using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.Push;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;
using Microsoft.FeatureManagement.Mvc;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>
/// The browser that asks is to be sent notifications from now on, or no longer. Only scripts come here: without one there is no
/// subscription.
/// </summary>
[FeatureGate(NotificationsSetup.Flag), EnableRateLimiting(Limit.Messages)]
public sealed class SubscribeModel(
    SubscribedBrowser browser, PushClient push, PeopleToTell people, IStringLocalizer<SubscribeModel> words) : PageModel
{
    public IActionResult OnGet() => Redirect("/chat");

    public async Task<IActionResult> OnPostAsync(string? endpoint, string? p256dh, string? auth)
    {
        if (push.Read(endpoint, p256dh, auth) is not { } target)
        {
            return this.ProblemFor(StatusCodes.Status400BadRequest, words["NoSubscription"]);
        }

        await browser.SubscribeAsync(HttpContext, target);
        people.Listen(User.Id());
        return new NoContentResult();
    }

    public async Task<IActionResult> OnPostOffAsync()
    {
        await browser.UnsubscribeAsync(HttpContext);
        return new NoContentResult();
    }
}
