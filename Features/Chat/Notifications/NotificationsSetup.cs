using MarketChat.Features.Shared;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>
/// Tells people of new messages while they look elsewhere: in the title of their tabs, and on their devices where they ask for it.
/// </summary>
public static class NotificationsSetup
{
    public const string Flag = "ChatNotifications";

    private const string Folder = "/Features/Chat/Notifications";

    public static IServiceCollection AddChatNotifications(this IServiceCollection services)
    {
        services.AddSingleton<NotificationSchedule>();
        services.AddSingleton<MutedUsersCache>();
        services.AddScoped<RoomMuteService>();
        services.AddScoped<PendingNotifications>();
        services.AddScoped<NotificationPayloadFactory>();
        services.AddScoped<NotificationDeliveryService>();
        services.AddHostedService<PushNotificationWorker>();
        services.AddToSlot(Slots.PageEnd, $"{Folder}/_NotificationScripts.cshtml", Flag);
        services.AddToSlot(ChatSlots.ListBar, $"{Folder}/_NotificationToggle.cshtml", Flag);
        services.AddToSlot(ChatSlots.ListTop, $"{Folder}/_NotificationStatus.cshtml", Flag);
        services.AddToSlot(ChatSlots.RoomBar, $"{Folder}/_MuteButton.cshtml", Flag);
        return services;
    }
}
