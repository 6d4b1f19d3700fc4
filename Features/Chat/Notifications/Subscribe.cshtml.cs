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
[FeatureGate(NotificationsSetup.Flag), EnableRateLimiting(RateLimitPolicies.Messages)]
public sealed class SubscribeModel(
    PushSubscriptionService browser, PushClient push, NotificationSchedule people, IStringLocalizer<SubscribeModel> localizer) : PageModel
{
    public IActionResult OnGet() => Redirect("/chat");

    public async Task<IActionResult> OnPostAsync(string? endpoint, string? p256dh, string? auth)
    {
        if (push.Read(endpoint, p256dh, auth) is not { } target)
        {
            return this.Problem(StatusCodes.Status400BadRequest, localizer["InvalidSubscription"]);
        }

        await browser.SubscribeAsync(HttpContext, target);
        people.TrackSubscriber(User.GetUserId());
        return new NoContentResult();
    }

    [AnswersJson]
    public async Task<IActionResult> OnPostUnsubscribeAsync()
    {
        await browser.UnsubscribeAsync(HttpContext);
        return new NoContentResult();
    }
}
