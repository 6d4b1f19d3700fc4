using System.Globalization;
using MarketChat.Features.Chat;
using MarketChat.Features.Chat.List;
using MarketChat.Infrastructure.Data;
using MarketChat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Features.Chat;

public sealed class MessagePreviewTests(MarketHost host) : IClassFixture<MarketHost>
{
    public static TheoryData<string> Names => [.. SharedCases.Previews.Select(preview => preview.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_is_described_in_the_users_language(string name)
    {
        var (_, message, korean, english, _) = SharedCases.Previews.Single(preview => preview.Name == name);
        var inRoom = new MessageView(
            1, Guid.Empty, 2, false, message.Payload, DateTime.UnixEpoch, message.Removed, message.StoredKind,
            message.StoredData);
        var inList = new LastMessage(message.Payload, message.Removed, message.StoredKind, message.StoredData);
        var preview = host.Services.GetRequiredService<MessagePreview>();

        foreach (var (language, expected) in new[] { ("ko", korean), ("en", english) })
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
            preview.Describe(inRoom).ShouldBe(expected);
            inList.Describe(preview).ShouldBe(expected);
        }
    }
}
