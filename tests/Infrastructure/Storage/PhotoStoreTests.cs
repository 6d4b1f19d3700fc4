using System.Globalization;
using MarketChat.Infrastructure.Storage;
using MarketChat.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Infrastructure.Storage;

public sealed class PhotoStoreTests(MarketHost host) : IClassFixture<MarketHost>
{
    private PhotoStore Photos => host.Services.GetRequiredService<PhotoStore>();

    private string Folder => Path.Combine(host.StorageRoot, "photos");

    [Fact]
    public async Task A_photo_is_stored_under_a_name_nobody_can_guess()
    {
        var first = (await Save(Pictures.Jpeg(40, 30))).Photo.ShouldNotBeNull();
        var second = (await Save(Pictures.Jpeg(40, 30))).Photo.ShouldNotBeNull();
        first.Name.ShouldMatch("^[0-9a-f]{32}\\.jpg$");
        (first.Width, first.Height).ShouldBe((40, 30));
        second.Name.ShouldNotBe(first.Name);
        (await File.ReadAllBytesAsync(Path.Combine(Folder, first.Name))).ShouldBe(Pictures.Jpeg(40, 30));
    }

    [Fact]
    public async Task What_a_file_is_called_does_not_matter()
    {
        (await Save(Pictures.Png(), "photo.jpg", "image/jpeg")).Photo.ShouldNotBeNull().Name.ShouldEndWith(".png");
        (await Save(Pictures.Webp(), "../../etc/passwd", "text/html")).Photo.ShouldNotBeNull().Name.ShouldEndWith(".webp");
        (await Save("<!doctype html>"u8.ToArray(), "photo.jpg", "image/jpeg")).Photo.ShouldBeNull();
    }

    [Theory]
    [InlineData("ko", "an empty file", "빈 파일이에요. 다른 사진을 골라주세요.")]
    [InlineData("en", "an empty file", "That file is empty. Please choose another photo.")]
    [InlineData("ko", "a file one byte too large", "사진은 5MB까지 올릴 수 있어요.")]
    [InlineData("en", "a file one byte too large", "A photo can be up to 5 MB.")]
    [InlineData("ko", "a page named photo.jpg", "JPEG, PNG, WebP 사진만 올릴 수 있어요.")]
    [InlineData("en", "a page named photo.jpg", "Please choose a JPEG, PNG or WebP photo.")]
    [InlineData("ko", "a JPEG of 65,535 by 65,535", "사진이 너무 커요. 한 변은 12,000픽셀, 전체는 50,000,000픽셀까지 올릴 수 있어요.")]
    [InlineData("en", "a JPEG of 65,535 by 65,535", "That photo is too big. A side can be up to 12,000 pixels, and the whole up to 50,000,000.")]
    [InlineData("ko", "a JPEG with no end", "사진을 읽을 수 없어요. 파일이 손상되었거나 지원하지 않는 형식이에요. 다른 사진을 골라주세요.")]
    [InlineData("en", "a JPEG with no end", "That photo cannot be read. It is damaged, or of a kind we cannot show. Please choose another one.")]
    public async Task A_refusal_says_why_in_the_persons_language(string language, string file, string problem)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(language);
        var outcome = await Save(HostileFile.All[file].Bytes);
        outcome.Photo.ShouldBeNull();
        outcome.Problem.ShouldBe(problem);
    }

    [Fact]
    public async Task A_broken_off_upload_leaves_nothing_behind()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var photos = Photos;
        var before = Directory.GetFiles(Folder).Length;
        await Should.ThrowAsync<OperationCanceledException>(() => photos.SaveAsync(Pictures.Jpeg(), cancelled.Token));
        Directory.GetFiles(Folder).Length.ShouldBe(before);
    }

    [Fact]
    public async Task A_deleted_photo_is_gone_and_deleting_it_again_does_no_harm()
    {
        var photo = (await Save(Pictures.Jpeg())).Photo.ShouldNotBeNull();
        Photos.Delete(photo.Name);
        Photos.Delete(photo.Name);
        Photos.Find(photo.Name).ShouldBeNull();
        await host.Browser().Scenario(s =>
        {
            s.Get.Url(PhotoStore.UrlOf(photo.Name));
            s.StatusCodeShouldBe(404);
        });
    }

    [Fact]
    public async Task Deleting_never_leaves_the_folder()
    {
        var beside = Path.Combine(host.StorageRoot, "0123456789abcdef0123456789abcdef.jpg");
        await File.WriteAllBytesAsync(beside, Pictures.Jpeg());
        foreach (var name in new[] { "../0123456789abcdef0123456789abcdef.jpg", beside, "", ".", ".." }) Photos.Delete(name);
        File.Exists(beside).ShouldBeTrue();
    }

    private async Task<PhotoOutcome> Save(byte[] file, string name = "photo.jpg", string contentType = "image/jpeg") =>
        await Photos.SaveAsync(
            new FormFile(new MemoryStream(file), 0, file.Length, "photo", name)
            {
                Headers = new HeaderDictionary(),
                ContentType = contentType,
            },
            CancellationToken.None);
}
