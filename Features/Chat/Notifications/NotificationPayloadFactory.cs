using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MarketChat.Infrastructure.Localization;
using MarketChat.Infrastructure.Photos;
using MarketChat.Infrastructure.Push;
using MarketChat.Infrastructure.Text;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>
/// Creates the push message of a notification: JSON for the service worker (Worker.cshtml.js), in the language of the browser.
/// </summary>
public sealed class NotificationPayloadFactory(MessagePreview preview, DeletedUserLabel deletedUser)
{
    /// <summary>The maximum number of characters of a message. Systems show fewer, and a push service limits the size.</summary>
    public const int MaxPreviewLength = 200;

    private static readonly JsonSerializerOptions _format = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private sealed record Payload(string Url, string Tag, string Title, string Body, string Lang, DateTime SentAt, string? Icon,
        bool Silent, bool Replaces);

    public PushMessage Create(RoomNotification notification) => new(
        CreateContent(notification), TopicOf(notification), NotificationOutbox.MaxAge, IsUrgent: notification.ShouldAlert);

    private byte[] CreateContent(RoomNotification notification)
    {
        var previousCulture = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(notification.Language);
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(
                new Payload(
                    $"/chat/{notification.RoomId}",
                    $"room-{notification.RoomId}",
                    BidiText.Isolate(notification.From ?? deletedUser.Name),
                    BidiText.Isolate(Characters.Truncate(Describe(notification), MaxPreviewLength)),
                    notification.Language,
                    notification.SentAt,
                    notification.Picture is null ? null : PhotoNames.UrlOf(PhotoNames.UrlOf(notification.Picture), PhotoNames.Small),
                    !notification.ShouldAlert,
                    notification.Removed),
                _format);
        }
        finally
        {
            CultureInfo.CurrentUICulture = previousCulture;
        }
    }

    private string Describe(RoomNotification notification) =>
        preview.Describe(notification.Payload, notification.Removed, notification.Kind, notification.Data);

    // A hash with the subscription's secret, so that the push service does not learn the room.
    private static string TopicOf(RoomNotification notification) => Base64Url.EncodeToString(
        SHA256.HashData([.. notification.Subscription.Auth, .. Encoding.ASCII.GetBytes($"room-{notification.RoomId}")]))[..32];
}
