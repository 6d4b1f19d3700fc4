using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Operations;

/// <summary>The folder for temporary files, in which uploads are buffered: the system may have no usable one.</summary>
[Trait("Category", "Slow")]
[Collection(nameof(StorageFailureTests))]
public sealed class TemporaryFolderTests
{
    private const int MemoryThreshold = 64 * 1024;

    [Fact]
    public async Task The_app_needs_no_folder_of_the_system()
    {
        await using var app = new AppUnderTestProcess { StartsWithoutData = true }; // It creates its keys, too.
        Directory.CreateDirectory(Path.Combine(app.Storage, "temp"));
        var leftover = Path.Combine(app.Storage, "temp", "ASPNETCORE_left.tmp");
        await File.WriteAllTextAsync(leftover, "from a process that was killed");

        await app.Start("env", "-u", "ASPNETCORE_TEMP", "TMPDIR=/nowhere");

        (await Post(await app.SignedIn("bob"))).StatusCode.ShouldBe(303);
        Directory.GetFiles(Path.Combine(app.Storage, "temp")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_a_folder_for_uploads_they_are_asked_for_again_and_health_says_so()
    {
        await using var app = new AppUnderTestProcess();
        var folder = Directory.CreateTempSubdirectory("market-uploads-");
        await app.Start("env", $"ASPNETCORE_TEMP={folder}");
        var bob = await app.SignedIn("bob");
        await bob.Token();
        folder.Delete();

        var refused = await Post(bob);

        refused.StatusCode.ShouldBe(503, refused.ReadAsText());
        refused.Header("Retry-After").ShouldNotBeNull();
        refused.ReadAsHtml().QuerySelector("main").ShouldNotBeNull();
        await Wait.Until(async () => await bob.Status("/healthz") == 503, "health says so");

        folder.Create();
        (await Post(bob)).StatusCode.ShouldBe(303);
        folder.Delete();
    }

    private static async Task<IScenarioResult> Post(TestBrowser seller)
    {
        var token = await seller.Token();
        var comment = TestImages.Segment(0xFE, new byte[MemoryThreshold - 3]);
        return await seller.Scenario(s =>
        {
            s.Post.Form(("title", "의자"), ("price", "1000"), ("description", "편해요"), ("__RequestVerificationToken", token))
                .File("photo", TestImages.Jpeg(metadata: [comment, comment])).ToUrl("/products/post");
            s.IgnoreStatusCode();
        });
    }
}
