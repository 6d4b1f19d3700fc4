using System.Globalization;
using System.IO.Compression;
using MarketChat.Infrastructure.Photos;
using MarketChat.Tests.Support;
using static MarketChat.Tests.Support.TestImages;

namespace MarketChat.Tests.Infrastructure.Photos;

/// <summary>One user uploads the most expensive files concurrently; other users are not affected.</summary>
[Trait("Category", "Slow")]
[Collection(nameof(PhotoLoadTests))]
public sealed class PhotoLoadTests
{
    private const int Uploads = 100;

    // 49.9 megapixels.
    private const int Width = 8_000, Height = 6_240;

    // The idle process, one image that has to be decoded completely (8 bytes per pixel), and other requests at the same time.
    private const long MaxPeakMegabytes = 900;

    [Fact]
    public async Task A_hundred_of_the_worst_files_at_once_cost_their_sender_a_refusal_and_the_others_nothing()
    {
        await using var app = new AppUnderTestProcess();
        await app.Start();
        var (alice, bob, charlie) = (await app.SignedIn("alice"), await app.SignedIn("bob"), await app.SignedIn("charlie"));
        foreach (var visitor in new[] { alice, bob, charlie }) await visitor.Token();
        var files = WorstFiles();

        var uploads = Task.WhenAll(Enumerable.Range(0, Uploads).Select(number => Upload(charlie, files[number % files.Count])));
        var said = new List<string>();
        while (!uploads.IsCompleted || said.Count < 20)
        {
            said.Add($"말 {said.Count}");
            (await Say(said.Count % 2 == 0 ? alice : bob, said[^1])).StatusCode.ShouldBe(201);
        }

        foreach (var answer in await uploads)
        {
            answer.StatusCode.ShouldBeOneOf(204, 400, 413, 503);
            if (answer.StatusCode == 204) continue; // A file that is accepted and shown.
            answer.ReadAsJson<ApiContracts.Problem>().Detail.ShouldNotBeNullOrWhiteSpace();
            if (answer.StatusCode == 503) answer.Header("Retry-After").ShouldNotBeNull();
        }

        app.Query("SELECT Payload FROM Messages WHERE ChatRoomId = 2 AND Payload LIKE '말 %' ORDER BY Id").ShouldBe(said);
        if (OperatingSystem.IsLinux()) PeakMegabytes(app.Id).ShouldBeLessThan(MaxPeakMegabytes);
        (await Upload(charlie, Jpeg(800, 600))).StatusCode.ShouldBe(204, "what is in order is taken again");
        (await alice.Scenario(s => s.Get.Url("/healthz"))).StatusCode.ShouldBe(200);
    }

    private static List<byte[]> WorstFiles() =>
    [
        ProgressiveJpeg(Width, Height, scans: 3),
        InterlacedPng(Width, Height),
        ProgressiveJpeg(Width, Height, scans: 40),
        [.. JpegStart, .. JpegPicture(Width, Height)[..50_000]],
        HostileFile.All["a JPEG of 65,000 by 65,000"].Bytes,
        HostileFile.All["a PNG of 12,000 by 12,000"].Bytes,
        HostileFile.All["a WebP of 16,384 by 16,384"].Bytes,
        InterlacedPng(Width, Height)[..100_000],
        [.. JpegStart, .. RandomBytes(PhotoProcessor.MaxBytes - 100)],
        [.. PngSignature, .. RandomBytes(PhotoProcessor.MaxBytes - 100)],
    ];

    /// <summary>A grey progressive JPEG: one DC scan, followed by scans that contain only end-of-block codes.</summary>
    private static byte[] ProgressiveJpeg(int width, int height, int scans)
    {
        var blocks = new byte[(((width + 7) / 8 * ((height + 7) / 8)) + 7) / 8]; // One bit per block.
        byte[] averages = [.. Segment(0xDA, 1, 1, 0, 0, 0, 0), .. blocks];
        byte[] details = [.. Segment(0xDA, 1, 1, 0, 1, 63, 0), .. blocks];
        return [.. JpegStart, .. JpegQuantization, .. JpegFrame(width, height, 0xC2), .. JpegHuffman, .. averages,
            .. Join([.. Enumerable.Repeat(details, scans - 1)]), .. JpegEnd];
    }

    /// <summary>A black, transparent PNG with 16 bits per channel and Adam7 interlacing.</summary>
    private static byte[] InterlacedPng(int width, int height)
    {
        (int X, int Y, int StepX, int StepY)[] passes =
            [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
        var length = passes.Sum(pass => (long)Count(height, pass.Y, pass.StepY) * (1 + (8L * Count(width, pass.X, pass.StepX))));
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (; length > 0; length -= zeros.Length) zlib.Write(zeros, 0, (int)Math.Min(length, zeros.Length));
        }

        return [.. PngSignature, .. PngHeader(width, height, bitDepth: 16, colourType: 6, interlace: 1),
            .. Chunk("IDAT", compressed.ToArray()), .. PngEnd];

        static int Count(int size, int start, int step) => (size - start + step - 1) / step;
    }

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private static async Task<IScenarioResult> Upload(TestBrowser visitor, byte[] file)
    {
        var token = await visitor.Token();
        return await visitor.Scenario(s =>
        {
            s.Post.Form(("clientId", $"{Guid.NewGuid()}"), ("number", "1")).File("photo", file).ToUrl("/chat/3/photos/uploads");
            s.AsScript(token);
            s.IgnoreStatusCode();
        });
    }

    private static async Task<IScenarioResult> Say(TestBrowser visitor, string text)
    {
        var token = await visitor.Token();
        return await visitor.Scenario(s =>
        {
            s.Post.Form(("payload", text), ("clientId", $"{Guid.NewGuid()}")).ToUrl("/chat/2/send");
            s.AsScript(token);
            s.IgnoreStatusCode();
        });
    }

    /// <summary>The peak memory use of the process, in megabytes.</summary>
    private static long PeakMegabytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
