using MarketChat.Features.Shared;

namespace MarketChat.Features.Chat.Removal;

/// <summary>Removal of sent messages. A removed message stays removed, and is shown as removed, even while the flag is off.</summary>
public static class RemovalSetup
{
    public const string Flag = "MessageRemoval";

    public static IServiceCollection AddMessageRemoval(this IServiceCollection services) => services
        .AddScoped<RemoveMessage>()
        .AddToSlot(ChatSlots.MessageMeta, "~/Features/Chat/Removal/_RemovalLink.cshtml", Flag)
        .AddToSlot(ChatSlots.RoomEnd, "~/Features/Chat/Removal/_RemovalDialog.cshtml", Flag);
}
