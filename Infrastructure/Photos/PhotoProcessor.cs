using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Threading.RateLimiting;
using NetVips;

namespace MarketChat.Infrastructure.Photos;

/// <summary>One size of a photo, as WebP.</summary>
public sealed record PhotoCopy(int Width, int Height, byte[] Content);

/// <param name="Largest">At most <see cref="PhotoProcessor.MaxSide"/> pixels a side, never larger than what was uploaded.</param>
/// <param name="Smaller">Those of <see cref="PhotoNames.SmallerWidths"/> that are narrower than the largest.</param>
/// <param name="Hash">SHA-256 of the uploaded file.</param>
public sealed record ProcessedPhoto(PhotoCopy Largest, IReadOnlyList<PhotoCopy> Smaller, byte[] Hash);

/// <summary>
/// Decodes untrusted files with libvips and encodes them anew: first frame, upright, in sRGB, without metadata. Nothing of the uploaded
/// bytes is in the result. The kind is decided by the first bytes and the size by the header, before anything is decoded. What a decode
/// costs is bounded: by the bytes and pixels of a file, by the time it may take, and by how many run at a time.
/// </summary>
public sealed class PhotoProcessor : IDisposable
{
    public const int MaxBytes = 5 * 1024 * 1024;
    public const int MaxPixels = 50_000_000;
    public const int MaxSide = 1600;

    private const int Quality = 80;

    // Interlaced and progressive files are decoded whole: 50 megapixels of 16 bits a channel are 400 MB. One of these runs at a time.
    private const int ManyPixels = 16_000_000;
    private const int Slots = 2;

    // Waiting uploads are files on disk, not memory.
    private const int MaxWaiting = 200, MaxWaitingPerUser = 12;

    private readonly ConcurrencyLimiter _slots = new(new() { PermitLimit = Slots, QueueLimit = MaxWaiting * Slots });

    // A user's next photo waits for the one before, so that nobody takes all the slots.
    private readonly PartitionedRateLimiter<int> _users =
        PartitionedRateLimiter.Create<int, int>(user => RateLimitPartition.GetConcurrencyLimiter(
        user, _ => new() { PermitLimit = 1, QueueLimit = MaxWaitingPerUser }));

    static PhotoProcessor()
    {
        if (!ModuleInitializer.VipsInitialized)
        {
            throw new InvalidOperationException("libvips cannot be loaded on this platform.", ModuleInitializer.Exception);
        }

        // libvips chooses the loader by the bytes. Every other loader is blocked, so that SVG, HEIF, TIFF or PDF never reach a decoder.
        NetVips.NetVips.BlockUntrusted = true;
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in new[] { "Jpeg", "Png", "Webp" }) Operation.Block($"VipsForeignLoad{loader}", false);
        Cache.Max = 0;
        NetVips.NetVips.Concurrency = 1; // Threads for each picture; several are decoded at a time.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, _muteVips); // Else it writes to standard error.
    }

    private static readonly Log.LogDelegate _muteVips = (_, _, _) => { };

    /// <summary>Of one decode; by the machine's clock.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <param name="file">Seekable; read into memory only when it is this file's turn.</param>
    /// <param name="userId">Whose turn it is; 0 for the app's own.</param>
    /// <exception cref="PhotoRejectedException">It is not shown, or not now.</exception>
    public async Task<ProcessedPhoto> ProcessAsync(Stream file, int userId, CancellationToken cancellationToken)
    {
        ThrowUnlessPhoto(file);
        using var turn = await AcquireAsync(_users.AcquireAsync(userId, 1, cancellationToken));
        var (width, height) = ReadSize(file);
        if ((long)width * height > MaxPixels) throw new PhotoRejectedException(PhotoRejection.TooManyPixels);

        using var slot = await AcquireAsync(_slots.AcquireAsync((long)width * height > ManyPixels ? Slots : 1, cancellationToken));
        var bytes = new byte[file.Length];
        file.Position = 0;
        await file.ReadExactlyAsync(bytes, cancellationToken);
        return await Task.Run(() => Process(bytes, cancellationToken), cancellationToken);
    }

    /// <summary>The size as shown, by the header; nothing is decoded.</summary>
    /// <exception cref="PhotoRejectedException">There is no header that can be read.</exception>
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

    private static void ThrowUnlessPhoto(Stream file)
    {
        if (file.Length == 0) throw new PhotoRejectedException(PhotoRejection.Empty);
        if (file.Length > MaxBytes) throw new PhotoRejectedException(PhotoRejection.TooLarge);
        Span<byte> start = stackalloc byte[64];
        file.Position = 0;
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (IsJpeg(start) || IsPng(start) || IsWebp(start)) return;
        throw new PhotoRejectedException(HeifKind(start));
    }

    private static bool IsJpeg(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]);

    private static bool IsPng(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n']);

    private static bool IsWebp(ReadOnlySpan<byte> file) => file.StartsWith("RIFF"u8) && file.Length >= 12 && file[8..].StartsWith("WEBP"u8);

    // ISO/IEC 23008-12: a box "ftyp" with the main brand, a version, and the brands that the file is compatible with.
    private static PhotoRejection HeifKind(ReadOnlySpan<byte> file)
    {
        if (file.Length < 16 || !file[4..].StartsWith("ftyp"u8)) return PhotoRejection.NotAPhoto;
        var isHeif = false;
        var end = (int)Math.Min((uint)file.Length, BinaryPrimitives.ReadUInt32BigEndian(file));
        for (var at = 8; at + 4 <= end; at += 4)
        {
            var brand = file.Slice(at, 4);
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

    // Where part of the picture is missing it is refused, and where parts of it are garbled they are shown so, as viewers do. A JPEG that
    // lacks nothing but its end marker, as some cameras leave it, is shown: with the marker, its decoder has nothing to warn of.
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
    /// Ends when it is cancelled. libvips can be stopped only between two pieces of a finished picture; a decoder that goes over the
    /// whole picture first, once for each scan of a progressive JPEG, stops where it finds nothing more to read.
    /// </summary>
    private sealed class CancellableStream(byte[] bytes, CancellationToken cancellationToken) : MemoryStream(bytes, writable: false)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            cancellationToken.IsCancellationRequested ? 0 : base.Read(buffer, offset, count);
    }
}
