using MarketChat.Infrastructure.Storage;

namespace MarketChat.Tests.Infrastructure.Storage;

public static class PhotoAssertions
{
    /// <summary>Cleaning finds nothing more to do.</summary>
    public static void ShouldBeClean(this PhotoFile photo)
    {
        var again = PhotoFile.Clean(photo.Content.Span, out _).ShouldNotBeNull();
        (again.Extension, again.Width, again.Height).ShouldBe((photo.Extension, photo.Width, photo.Height));
        again.Content.Span.SequenceEqual(photo.Content.Span).ShouldBeTrue();
    }
}
