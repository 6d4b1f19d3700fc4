using MarketChat.Infrastructure.Photos;
using MarketChat.Tests.Support;
using NetVips;

namespace MarketChat.Tests.Infrastructure.Photos;

public static class PhotoAssertions
{
    // The names of WebP's metadata and animation chunks.
    private static readonly byte[][] _metadata = ["EXIF"u8.ToArray(), "XMP "u8.ToArray(), "ICCP"u8.ToArray(), "ANIM"u8.ToArray()];

    /// <summary>Checks that each copy is a WebP of the stated size, without metadata or any content of hostile files.</summary>
    public static void ShouldBeNothingButAPicture(this ProcessedPhoto photo)
    {
        foreach (var copy in photo.Smaller.Prepend(photo.Largest))
        {
            copy.Content.AsSpan().StartsWith("RIFF"u8).ShouldBeTrue();
            foreach (var unwanted in _metadata.Append(HostileFile.Script).Append(TestImages.Latitude))
            {
                copy.Content.AsSpan().IndexOf(unwanted).ShouldBe(-1);
            }

            using var image = Image.NewFromBuffer(copy.Content);
            (image.Width, image.Height).ShouldBe((copy.Width, copy.Height));
        }
    }

    /// <summary>Checks the colour at a relative position (0 to 1 on each axis), within the tolerance of lossy compression.</summary>
    /// <param name="colour">Red, green, blue and, if not opaque, alpha.</param>
    public static void ShouldShow(this PhotoCopy copy, double x, double y, int[] colour, int tolerance = 24)
    {
        using var image = Image.NewFromBuffer(copy.Content);
        var found = image.Getpoint((int)(x * image.Width), (int)(y * image.Height));
        for (var band = 0; band < colour.Length; band++)
        {
            Math.Abs(found[band] - colour[band])
                .ShouldBeLessThanOrEqualTo(tolerance, $"at {x}, {y}: {string.Join(' ', found)} for {string.Join(' ', colour)}");
        }
    }
}
