using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.Push;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;
using Microsoft.FeatureManagement.Mvc;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>
/// Reads, saves or deletes the push subscription of the current browser. Only scripts send these requests, because only a script can create
/// a subscription.
/// </summary>
[FeatureGate(NotificationsSetup.Flag), EnableRateLimiting(RateLimitPolicies.Messages)]
public sealed class SubscribeModel(
    PushSubscriptionService subscriptions, PushClient push, VapidKeys vapid, NotificationOutbox outbox, IAntiforgery antiforgery,
    IStringLocalizer<SubscribeModel> localizer)
    : PageModel
{
    /// <summary>What the service worker needs to replace the browser's subscription, because it has no page to read it from.</summary>
    /// <param name="State">"none", "active" or "suspended".</param>
    /// <param name="Endpoint">The endpoint that the server has of this browser.</param>
    /// <param name="Key">The applicationServerKey of a new subscription.</param>
    /// <param name="Token">The antiforgery token for the request that saves it.</param>
    public sealed record StateResponse(string State, string? Endpoint, string Key, string Token);

    public IActionResult OnGet() => Redirect("~/chat");

    [AnswersJson]
    public async Task<IActionResult> OnGetStateAsync()
    {
        var (state, endpoint) = await subscriptions.FindAsync(HttpContext);
        return new JsonResult(new StateResponse(
            NotificationsSetup.NameOf(state), endpoint, vapid.PublicKey, antiforgery.GetAndStoreTokens(HttpContext).RequestToken!));
    }

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
