using MarketChat.Features.Shared;

namespace MarketChat.Features.Chat.Photos;

/// <summary>Photos in the chat: up to ten in a message, visible only to the room's two members.</summary>
public static class PhotosSetup
{
    public const string Flag = "ChatPhotos";

    public const string Folder = "/Features/Chat/Photos";

    public static void AddChatPhotos(IServiceCollection services)
    {
        services.AddScoped<SendPhotoMessage>();
        services.AddToSlot(ChatSlots.Composer, $"{Folder}/_Picker.cshtml", Flag);
        services.AddSingleton<PhotoMessageKind>();
        services.AddSingleton<MessageKind>(provider => provider.GetRequiredService<PhotoMessageKind>());
        services.AddToSlot(ChatSlots.RoomEnd, $"{Folder}/_PhotosInRoom.cshtml", Flag);
    }
}
