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
        services.AddSingleton<PeopleToTell>();
        services.AddSingleton<MutingPeople>();
        services.AddScoped<RoomMutes>();
        services.AddScoped<NoticeQuery>();
        services.AddScoped<NoticeWords>();
        services.AddScoped<NoticeDispatches>();
        services.AddHostedService<NoticeSender>();
        services.AddToSlot(Slots.PageEnd, $"{Folder}/_PageEnd.cshtml", Flag);
        services.AddToSlot(ChatSlots.ListBar, $"{Folder}/_NotifyButton.cshtml", Flag);
        services.AddToSlot(ChatSlots.ListTop, $"{Folder}/_NotifyNote.cshtml", Flag);
        services.AddToSlot(ChatSlots.RoomBar, $"{Folder}/_MuteButton.cshtml", Flag);
        return services;
    }
}
