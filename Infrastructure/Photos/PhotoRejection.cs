namespace MarketChat.Infrastructure.Photos;

/// <summary>
/// The reasons why an upload is rejected. The resources of <see cref="PhotoStore"/> have a message for each, with the same name.
/// </summary>
public enum PhotoRejection
{
    Empty,

    /// <summary>The file has more than <see cref="PhotoProcessor.MaxBytes"/> bytes.</summary>
    TooLarge,

    /// <summary>The file does not begin with the signature of JPEG, PNG, WebP or HEIF.</summary>
    NotAPhoto,

    /// <summary>HEIC, the photo format of iPhones.</summary>
    Heic,
    Avif,

    /// <summary>The photo has more than <see cref="PhotoProcessor.MaxPixels"/> pixels.</summary>
    TooManyPixels,

    /// <summary>The file is truncated, malformed, or of a variant that the decoder does not support.</summary>
    Damaged,

    /// <summary>Decoding took longer than <see cref="PhotoProcessor.TimeLimit"/>.</summary>
    TooSlow,

    /// <summary>Too many photos are waiting to be processed.</summary>
    Busy,

    /// <summary>The user's quota (<see cref="PhotoSettings"/>) is used up.</summary>
    QuotaFull,
}

/// <summary>Thrown when an upload is rejected. Nothing is stored.</summary>
public sealed class PhotoRejectedException(PhotoRejection reason) : Exception(reason.ToString())
{
    public PhotoRejection Reason => reason;
}
