using MarketChat.Features.Chat.List;
using MarketChat.Features.Chat.Room;
using Microsoft.AspNetCore.Mvc;

namespace MarketChat.Features.Chat;

public static class ChatSetup
{
    public static IServiceCollection AddChat(this IServiceCollection services)
    {
        services.AddScoped<RoomListQuery>();
        services.AddScoped<RoomQuery>();
        services.AddScoped<RoomChangesQuery>();
        services.AddScoped<MarkRead>();
        services.AddScoped<SendMessage>();
        services.AddSingleton<MessageKinds>();
        services.AddSingleton<MessagePreview>();
        services.AddOptions<JsonOptions>().Configure<MessageKinds>((json, kinds) =>
            json.JsonSerializerOptions.Converters.Add(new MessageViewJsonConverter(kinds)));
        ReadReceipts.ReadReceiptsSetup.AddReadReceipts(services);
        Removal.RemovalSetup.AddMessageRemoval(services);
        Photos.PhotosSetup.AddChatPhotos(services);
        Notifications.NotificationsSetup.AddChatNotifications(services);
        Search.SearchSetup.AddChatSearch(services);
        return services;
    }
}
