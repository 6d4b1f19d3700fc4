using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Threading.RateLimiting;
using MarketChat.Infrastructure.RateLimits;
using NetVips;

namespace MarketChat.Infrastructure.Photos;

/// <summary>One size of a photo, as WebP.</summary>
public sealed record PhotoCopy(int Width, int Height, byte[] Content);

/// <summary>The result of processing an upload.</summary>
/// <param name="Largest">At most <see cref="PhotoProcessor.MaxSide"/> pixels on each side, never larger than the upload.</param>
/// <param name="Smaller">Those of <see cref="PhotoNames.SmallerWidths"/> that are narrower than the largest.</param>
/// <param name="Hash">SHA-256 of the uploaded file.</param>
public sealed record ProcessedPhoto(PhotoCopy Largest, IReadOnlyList<PhotoCopy> Smaller, byte[] Hash);

/// <summary>
/// Decodes untrusted image files with libvips and re-encodes them: first frame, upright, in sRGB, without metadata, so that the result
/// contains none of the uploaded bytes. The format is detected from the first bytes and the size from the header, before decoding. Limits
/// on the bytes, the pixels, the time and the number of concurrent decodes bound the cost.
/// </summary>
public sealed class PhotoProcessor : IDisposable
{
    public const int MaxBytes = 5 * 1024 * 1024;
    public const int MaxPixels = 50_000_000;
    public const int MaxSide = 1600;

    private const int Quality = 80;

    // Interlaced and progressive files are decoded as a whole: 50 megapixels with 16 bits per channel take 400 MB. A large photo occupies
    // all slots, so only one is decoded at a time.
    private const int ManyPixels = 16_000_000;
    private const int Slots = 2;

    // Waiting uploads are buffered on disk, not in memory.
    private const int MaxWaiting = 200, MaxWaitingPerUser = 12;

    private readonly ConcurrencyLimiter _slots = new(new() { PermitLimit = Slots, QueueLimit = MaxWaiting * Slots });

    // One photo per user at a time, so that a single user cannot occupy all slots.
    private readonly KeyedRateLimiters _users =
        new(_ => new ConcurrencyLimiter(new() { PermitLimit = 1, QueueLimit = MaxWaitingPerUser }), TimeProvider.System);

    static PhotoProcessor()
    {
        if (!ModuleInitializer.VipsInitialized)
        {
            throw new InvalidOperationException("libvips cannot be loaded on this platform.", ModuleInitializer.Exception);
        }

        // libvips selects the loader by the content. All loaders but three are blocked, so that SVG, HEIF, TIFF or PDF files never reach a
        // decoder.
        NetVips.NetVips.BlockUntrusted = true;
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in new[] { "Jpeg", "Png", "Webp" }) Operation.Block($"VipsForeignLoad{loader}", false);
        Cache.Max = 0;
        NetVips.NetVips.Concurrency = 1; // One thread per image; several images are decoded at a time.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, _ignoreVipsLog); // By default libvips writes to standard error.
    }

    private static readonly Log.LogDelegate _ignoreVipsLog = (_, _, _) => { };

    /// <summary>The time limit of one decode, by the system clock.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Validates, decodes and re-encodes an image file.</summary>
    /// <param name="file">A seekable stream. It is read into memory only when a slot is free.</param>
    /// <param name="userId">The user whose limit applies; 0 for the app itself.</param>
    /// <exception cref="PhotoRejectedException">The file is rejected, or the app is too busy.</exception>
    public async Task<ProcessedPhoto> ProcessAsync(Stream file, int userId, CancellationToken cancellationToken)
    {
        ThrowIfNotPhoto(file);
        using var userLease = await AcquireAsync(_users.AcquireAsync(userId, cancellationToken));
        var (width, height) = ReadSize(file);
        if ((long)width * height > MaxPixels) throw new PhotoRejectedException(PhotoRejection.TooManyPixels);

        using var slot = await AcquireAsync(_slots.AcquireAsync((long)width * height > ManyPixels ? Slots : 1, cancellationToken));
        var bytes = new byte[file.Length];
        file.Position = 0;
        await file.ReadExactlyAsync(bytes, cancellationToken);
        return await Task.Run(() => Process(bytes, cancellationToken), cancellationToken);
    }

    /// <summary>Reads the size as shown (after rotation) from the header, without decoding.</summary>
    /// <exception cref="PhotoRejectedException">The header cannot be read.</exception>
    public (int Width, int Height) ReadSize(Stream file)
    {
        try
        {
            file.Position = 0;
            using var image = Image.NewFromStream(file, access: Enums.Access.Sequential);
            using var upright = image.Autorot();
            return (upright.Width, upright.Height);
        }
        catch (VipsException)
        {
            throw new PhotoRejectedException(PhotoRejection.Damaged);
        }
    }

    public void Dispose()
    {
        _slots.Dispose();
        _users.Dispose();
    }

    private static void ThrowIfNotPhoto(Stream file)
    {
        if (file.Length == 0) throw new PhotoRejectedException(PhotoRejection.Empty);
        if (file.Length > MaxBytes) throw new PhotoRejectedException(PhotoRejection.TooLarge);
        Span<byte> start = stackalloc byte[64];
        file.Position = 0;
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (IsJpeg(start) || IsPng(start) || IsWebp(start)) return;
        throw new PhotoRejectedException(DetectHeif(start));
    }

    private static bool IsJpeg(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]);

    private static bool IsPng(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n']);

    private static bool IsWebp(ReadOnlySpan<byte> file) => file.StartsWith("RIFF"u8) && file.Length >= 12 && file[8..].StartsWith("WEBP"u8);

    // ISO/IEC 23008-12: a box "ftyp" with the major brand, a version, and the compatible brands.
    private static PhotoRejection DetectHeif(ReadOnlySpan<byte> file)
    {
        if (file.Length < 16 || !file[4..].StartsWith("ftyp"u8)) return PhotoRejection.NotAPhoto;
        var isHeif = false;
        var end = (int)Math.Min((uint)file.Length, BinaryPrimitives.ReadUInt32BigEndian(file));
        for (var offset = 8; offset + 4 <= end; offset += 4)
        {
            var brand = file.Slice(offset, 4);
            if (brand.StartsWith("avi"u8)) return PhotoRejection.Avif;
            isHeif |= brand.StartsWith("hei"u8) || brand.StartsWith("hev"u8) || brand.SequenceEqual("mif1"u8)
                || brand.SequenceEqual("msf1"u8);
        }

        return isHeif ? PhotoRejection.Heic : PhotoRejection.NotAPhoto;
    }

    private static async Task<RateLimitLease> AcquireAsync(ValueTask<RateLimitLease> waiting)
    {
        var lease = await waiting;
        if (lease.IsAcquired) return lease;
        lease.Dispose();
        throw new PhotoRejectedException(PhotoRejection.Busy);
    }

    private ProcessedPhoto Process(byte[] file, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeLimit);
        try
        {
            using var image = Decode(file, limit.Token);
            var smaller = PhotoNames.SmallerWidths.Where(width => width < image.Width).Select(width => Shrink(image, width)).ToList();
            return new ProcessedPhoto(Encode(image), smaller, SHA256.HashData(file));
        }
        catch (VipsException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new PhotoRejectedException(limit.IsCancellationRequested ? PhotoRejection.TooSlow : PhotoRejection.Damaged);
        }
    }

    // Truncated files are rejected. Corrupted areas are shown as they are, as image viewers do. A JPEG without its end marker (EOI), as
    // some cameras write it, is accepted: the marker is appended, and the decoder must then give no warning.
    private static Image Decode(byte[] file, CancellationToken cancellationToken)
    {
        try
        {
            return Decode(file, "[fail-on=truncated]", cancellationToken);
        }
        catch (VipsException) when (IsJpeg(file) && !cancellationToken.IsCancellationRequested)
        {
            return Decode([.. file, 0xFF, 0xD9], "[fail-on=warning]", cancellationToken);
        }
    }

    private static Image Decode(byte[] file, string options, CancellationToken cancellationToken)
    {
        using var stream = new CancellableStream(file, cancellationToken);
        using var image = Image.ThumbnailStream(stream, MaxSide, options, height: MaxSide, size: Enums.Size.Down, outputProfile: "srgb");
        image.SetProgress(null, cancellationToken);
        return image.CopyMemory();
    }

    private static PhotoCopy Shrink(Image image, int width)
    {
        using var smaller = image.ThumbnailImage(width, height: MaxSide, size: Enums.Size.Down);
        return Encode(smaller);
    }

    private static PhotoCopy Encode(Image image) =>
        new(image.Width, image.Height, image.WebpsaveBuffer(q: Quality, keep: Enums.ForeignKeep.None));

    /// <summary>
    /// A stream that ends when it is cancelled. libvips can be cancelled only while it produces pixels. A decoder that first reads the
    /// whole image, once per scan for a progressive JPEG, stops when the stream ends.
    /// </summary>
    private sealed class CancellableStream(byte[] bytes, CancellationToken cancellationToken) : MemoryStream(bytes, writable: false)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            cancellationToken.IsCancellationRequested ? 0 : base.Read(buffer, offset, count);
    }
}
