using MarketChat.Features.Shared;

namespace MarketChat.Features.Chat.ReadReceipts;

/// <summary>
/// Read receipts: shows beside the user's own messages whether the counterpart has read them. The data is part of the room's poll, so no
/// further requests are needed.
/// </summary>
public static class ReadReceiptsSetup
{
    public const string Flag = "ReadReceipts";

    public static IServiceCollection AddReadReceipts(this IServiceCollection services) => services
        .AddToSlot(ChatSlots.MessageMeta, "~/Features/Chat/ReadReceipts/_Receipt.cshtml", Flag)
        .AddToSlot(ChatSlots.RoomEnd, "~/Features/Chat/ReadReceipts/_Receipts.cshtml", Flag);
}
