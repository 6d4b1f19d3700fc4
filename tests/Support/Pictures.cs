namespace MarketChat.Tests.Support;

/// <summary>Files to upload.</summary>
public static class Pictures
{
    public const int JpegWidth = 8;
    public const int JpegHeight = 6;

    /// <summary>An orange rectangle.</summary>
    public static byte[] Jpeg => Convert.FromBase64String(
        """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////////////////////////
        2wBDAVVaWnhpeOuCguv/////////////////////////////////////////////////////////////////////////wAARCAAGAAgDASIAAhEBAxEB/8QA
        FQABAQAAAAAAAAAAAAAAAAAAAAL/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAAA//EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAM
        AwEAAhEDEQA/AKACd//Z
        """);

    public static byte[] NoPicture => "this is no picture"u8.ToArray();
}
