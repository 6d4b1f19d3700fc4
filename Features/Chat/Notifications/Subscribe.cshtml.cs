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
/// Saves or deletes the push subscription of the current browser. Only scripts send these requests, because only a script can create a
/// subscription.
/// </summary>
[FeatureGate(NotificationsSetup.Flag), EnableRateLimiting(RateLimitPolicies.Messages)]
public sealed class SubscribeModel(
    PushSubscriptionService subscriptions, PushClient push, NotificationOutbox outbox, IStringLocalizer<SubscribeModel> localizer)
    : PageModel
{
    public IActionResult OnGet() => Redirect("~/chat");

    public async Task<IActionResult> OnPostAsync(string? endpoint, string? p256dh, string? auth)
    {
        if (push.Read(endpoint, p256dh, auth) is not { } subscription)
        {
            return this.Problem(StatusCodes.Status400BadRequest, localizer["InvalidSubscription"]);
        }

        await subscriptions.SubscribeAsync(HttpContext, subscription);
        outbox.TrackSubscriber(User.GetUserId());
        return new NoContentResult();
    }

    [AnswersJson]
    public async Task<IActionResult> OnPostUnsubscribeAsync()
    {
        await subscriptions.UnsubscribeAsync(HttpContext);
        return new NoContentResult();
    }
}
