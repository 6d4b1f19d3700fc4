using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Chat.Photos;

/// <summary>A photo's size in pixels. Its file is known to the server only: scripts address it by the message's id and the photo's
/// number.</summary>
public sealed record PhotoSize(int Width, int Height);

/// <summary>The kind of a message that consists of photos.</summary>
public sealed class PhotoMessageKind(IStringLocalizer<PhotoMessageKind> localizer) : MessageKind
{
    public override string Name => MessagePhoto.Kind;

    public override string Flag => PhotosSetup.Flag;

    public override string View => $"{PhotosSetup.Folder}/_Grid.cshtml";

    public override object ToJson(string data) => SizesIn(data);

    public override string Describe(string payload, string data) => Describe(MessagePhoto.Deserialize(data).Count);

    /// <summary>"사진 2장": the payload of a message of so many photos.</summary>
    public string Describe(int count) => localizer["Photos", count];

    /// <summary>The same, with "{0}" for the number.</summary>
    public string Pattern => localizer["Photos", "{0}"];

    public static IReadOnlyList<PhotoSize> SizesIn(string data) =>
        MessagePhoto.Deserialize(data).Select(photo => new PhotoSize(photo.Width, photo.Height)).ToList();
}
