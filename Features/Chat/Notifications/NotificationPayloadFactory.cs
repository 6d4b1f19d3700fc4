using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MarketChat.Infrastructure.Localization;
using MarketChat.Infrastructure.Photos;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>A notice as the service worker receives it (Worker.cshtml.js): JSON, in the language of who is told.</summary>
public sealed class NotificationPayloadFactory(MessagePreview preview, DeletedUserLabel closed)
{
    /// <summary>Characters of a message. Notifications show less, and a push service takes only so many bytes.</summary>
    public const int MaxPreviewLength = 200;

    private static readonly JsonSerializerOptions _format = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private sealed record Payload(string Url, string Tag, string Title, string Body, string Lang, DateTime SentAt, string? Icon,
        bool Silent, bool Replaces);

    public byte[] Create(string language, RoomNotification notice)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(
                new Payload(
                    $"/chat/{notice.RoomId}",
                    $"room-{notice.RoomId}",
                    notice.From ?? closed.Name,
                    Truncate(preview.Describe(notice.Payload, notice.Removed, notice.Photos)),
                    language,
                    notice.SentAt,
                    notice.Picture is null ? null : PhotoNames.UrlOf(PhotoNames.UrlOf(notice.Picture), PhotoNames.Small),
                    !notice.ShouldAlert,
                    notice.Removed),
                _format);
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    // Whole characters as people see them: half of a surrogate pair is no text.
    private static string Truncate(string text)
    {
        if (text.Length <= MaxPreviewLength) return text;
        var end = 0;
        while (end + StringInfo.GetNextTextElementLength(text, end) is var next && next <= MaxPreviewLength) end = next;
        return $"{text[..end]}…";
    }
}
