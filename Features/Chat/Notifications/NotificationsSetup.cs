using MarketChat.Features.Shared;
using MarketChat.Infrastructure.Push;
using MarketChat.Infrastructure.Realtime;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>
/// Notifies users of new messages: by the unread count in the title of every page, and by Web Push on devices where they turn it on.
/// </summary>
public static class NotificationsSetup
{
    public const string Flag = "ChatNotifications";

    private const string Folder = "/Features/Chat/Notifications";

    public static IServiceCollection AddChatNotifications(this IServiceCollection services)
    {
        services.AddSingleton<NotificationOutbox>();
        services.AddSingleton<RoomChangeHandler>(provider => provider.GetRequiredService<NotificationOutbox>().EnqueueAsync);
        services.AddScoped<RoomNotificationQuery>();
        services.AddScoped<NotificationPayloadFactory>();
        services.AddHostedService<PushNotificationWorker>();
        services.AddToSlot(Slots.PageEnd, $"{Folder}/_NotificationScripts.cshtml", Flag);
        services.AddToSlot(ChatSlots.ListBar, $"{Folder}/_NotificationToggle.cshtml", Flag);
        services.AddToSlot(ChatSlots.ListTop, $"{Folder}/_NotificationStatus.cshtml", Flag);
        services.AddToSlot(ChatSlots.RoomBar, $"{Folder}/_MuteButton.cshtml", Flag);
        return services;
    }

    /// <summary>The name of a state for the scripts: "none", "active" or "suspended".</summary>
    public static string NameOf(PushSubscriptionState state) => state switch
    {
        PushSubscriptionState.Active => "active",
        PushSubscriptionState.Suspended => "suspended",
        _ => "none",
    };
}
