namespace MarketChat.Infrastructure.Storage;

/// <summary>Why a file is not taken as a photo.</summary>
public enum PhotoFlaw
{
    None,

    /// <summary>No bytes at all.</summary>
    Empty,

    /// <summary>More than <see cref="PhotoStore.MaxBytes"/>.</summary>
    TooLarge,

    /// <summary>Does not begin as JPEG, PNG or WebP do.</summary>
    NotAPhoto,

    /// <summary>A side over <see cref="PhotoFile.MaxSide"/>, or an area over <see cref="PhotoFile.MaxPixels"/>.</summary>
    TooManyPixels,

    /// <summary>Cut off, malformed, or a variety that browsers do not show.</summary>
    Broken,
}

/// <summary>
/// A photo fit to be handed to strangers: one picture in one container, without anything that tells where, when or with what it was
/// taken, and without anything before or behind it that could be read as another kind of file.
/// </summary>
/// <remarks>
/// Nothing is decoded. The container is taken apart strictly and put together again from the parts that decoding needs, so a photo
/// costs one pass over its bytes, whatever size it claims to have.
/// </remarks>
/// <param name="Extension">"jpg", "png" or "webp".</param>
/// <param name="Width">In pixels, as shown: a photo that is to be turned by a quarter has its sides swapped.</param>
/// <param name="Height">In pixels, as shown.</param>
/// <param name="Content">The file's bytes.</param>
public sealed record PhotoFile(string Extension, int Width, int Height, ReadOnlyMemory<byte> Content)
{
    /// <summary>In pixels.</summary>
    public const int MaxSide = 12_000;

    /// <summary>A browser takes four bytes for each when it shows the photo, however few bytes the file has.</summary>
    public const int MaxPixels = 50_000_000;

    /// <summary>Goes by the bytes alone: a file's name and declared type are what its sender says.</summary>
    /// <returns>Null when the file is refused; <paramref name="flaw"/> then says why.</returns>
    public static PhotoFile? Clean(ReadOnlySpan<byte> file, out PhotoFlaw flaw)
    {
        var photo = Parse(file, out flaw);
        if (photo is null || photo.HasSensibleSize) return photo;
        flaw = PhotoFlaw.TooManyPixels;
        return null;
    }

    private bool HasSensibleSize => Width <= MaxSide && Height <= MaxSide && (long)Width * Height <= MaxPixels;

    private static PhotoFile? Parse(ReadOnlySpan<byte> file, out PhotoFlaw flaw)
    {
        flaw = file.Length switch
        {
            0 => PhotoFlaw.Empty,
            > PhotoStore.MaxBytes => PhotoFlaw.TooLarge,
            _ => PhotoFlaw.None,
        };
        if (flaw != PhotoFlaw.None) return null;

        PhotoFile? photo;
        if (Jpeg.Begins(file)) photo = Jpeg.Clean(file);
        else if (Png.Begins(file)) photo = Png.Clean(file);
        else if (Webp.Begins(file)) photo = Webp.Clean(file);
        else
        {
            flaw = PhotoFlaw.NotAPhoto;
            return null;
        }

        if (photo is null) flaw = PhotoFlaw.Broken;
        return photo;
    }
}
