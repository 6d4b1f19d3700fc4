namespace MarketChat.Infrastructure.Photos;

/// <summary>Why an upload is not stored. Each has a sentence of its name in the resources of <see cref="PhotoStore"/>.</summary>
public enum PhotoRejection
{
    Empty,

    /// <summary>More than <see cref="PhotoProcessor.MaxBytes"/>.</summary>
    TooLarge,

    /// <summary>Does not begin as JPEG, PNG or WebP do, nor as a photo in HEIF.</summary>
    NotAPhoto,

    /// <summary>HEIC, as iPhones take photos.</summary>
    Heic,
    Avif,

    /// <summary>More than <see cref="PhotoProcessor.MaxPixels"/>.</summary>
    TooManyPixels,

    /// <summary>Cut off, malformed, or a variety that the decoder does not know.</summary>
    Damaged,

    /// <summary>Decoding did not end in <see cref="PhotoProcessor.TimeLimit"/>.</summary>
    TooSlow,

    /// <summary>Too many photos wait for their turn.</summary>
    Busy,

    /// <summary>The user's quota (<see cref="PhotoSettings"/>) is used up.</summary>
    QuotaFull,
}

/// <summary>An upload was rejected; nothing of it is kept.</summary>
public sealed class PhotoRejectedException(PhotoRejection reason) : Exception(reason.ToString())
{
    public PhotoRejection Reason => reason;
}
