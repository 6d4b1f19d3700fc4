using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Chat.Photos;

/// <summary>A photo's size in pixels. Only the server knows the photo's file name; scripts address it by message id and number.</summary>
public sealed record PhotoSize(int Width, int Height);

/// <summary>The kind of a message that consists of photos.</summary>
public sealed class PhotoMessageKind(IStringLocalizer<PhotoMessageKind> localizer) : MessageKind
{
    public override string Name => MessagePhoto.Kind;

    public override string Flag => PhotosSetup.Flag;

    public override string View => $"{PhotosSetup.Folder}/_Grid.cshtml";

    public override object ToJson(string data) => SizesIn(data);

    public override string Describe(string payload, string data) => Describe(MessagePhoto.Deserialize(data).Count);

    /// <summary>The payload of a message with <paramref name="count"/> photos, such as "사진 2장".</summary>
    public string Describe(int count) => localizer["Photos", count];

    /// <summary>The pattern of the payload, with "{0}" in place of the number of photos.</summary>
    public string Pattern => localizer["Photos", "{0}"];

    public static IReadOnlyList<PhotoSize> SizesIn(string data) =>
        MessagePhoto.Deserialize(data).Select(photo => new PhotoSize(photo.Width, photo.Height)).ToList();
}
