using MarketChat.Features.Shared;

namespace MarketChat.Features.Chat.ReadReceipts;

/// <summary>Beside my messages, whether the other has seen them. Nothing more is asked for than the room's poll brings anyway.</summary>
public static class ReadReceiptsSetup
{
    public const string Flag = "ReadReceipts";

    public static IServiceCollection AddReadReceipts(this IServiceCollection services) => services
        .AddToSlot(ChatSlots.MessageMeta, "~/Features/Chat/ReadReceipts/_Receipt.cshtml", Flag)
        .AddToSlot(ChatSlots.RoomEnd, "~/Features/Chat/ReadReceipts/_Receipts.cshtml", Flag);
}
