using System.Globalization;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Photos;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MarketChat.Tests.Infrastructure.Photos;

public sealed class PhotoStoreTests(MarketHost host) : IClassFixture<MarketHost>
{
    private string Folder => Path.Combine(host.StorageRoot, "photos");

    [Fact]
    public async Task A_photo_is_stored_under_a_name_nobody_can_guess_and_recorded()
    {
        var user = await host.AddUser("alice");
        var first = await host.AddPhoto(user.Id, TestImages.Jpeg(800, 600));
        var second = await host.AddPhoto(user.Id, TestImages.Jpeg(800, 600));

        first.Name.ShouldMatch("^[0-9a-f]{32}\\.webp$");
        second.Name.ShouldNotBe(first.Name);
        (first.Width, first.Height).ShouldBe((800, 600));
        first.Hash.ShouldBe(second.Hash);
        var row = await host.Data(db => db.StoredPhotos.SingleAsync(p => p.Name == first.Name));
        (row.UserId, row.IsStaged).ShouldBe((user.Id, true));
        var files = PhotoNames.FilesOf(first.Name).ToList();
        row.Bytes.ShouldBe(files.Sum(file => new FileInfo(Path.Combine(Folder, file)).Length));
        files.Count.ShouldBe(3);
    }

    [Fact]
    public async Task What_a_file_is_called_does_not_matter()
    {
        var user = await host.AddUser("alice");
        (await host.UploadPhoto(user.Id, TestImages.Png(), "photo.jpg", "image/jpeg")).Photo.ShouldNotBeNull();
        (await host.UploadPhoto(user.Id, TestImages.Webp(), "../../etc/passwd", "text/html")).Photo.ShouldNotBeNull();
        (await host.UploadPhoto(user.Id, "<!doctype html>"u8.ToArray())).Photo.ShouldBeNull();
    }

    [Theory]
    [InlineData("ko", "an empty file", "빈 파일이에요. 다른 사진을 골라주세요.")]
    [InlineData("en", "an empty file", "That file is empty. Please choose another photo.")]
    [InlineData("ko", "a file one byte too large", "사진은 5MB까지 올릴 수 있어요.")]
    [InlineData("en", "a file one byte too large", "A photo can be up to 5 MB.")]
    [InlineData("ko", "a page named photo.jpg", "JPEG, PNG, WebP 사진만 올릴 수 있어요.")]
    [InlineData("en", "a page named photo.jpg", "Please choose a JPEG, PNG or WebP photo.")]
    [InlineData("ko", "a HEIC", "HEIC 사진은 올릴 수 없어요. 아이폰이라면 설정 > 카메라 > 포맷에서 '높은 호환성'을 고르고 다시 찍거나, 다른 사진을 골라주세요.")]
    [InlineData("en", "a HEIC", "HEIC photos cannot be uploaded. On an iPhone, choose Settings > Camera > Formats > Most Compatible and "
        + "take it again, or choose another photo.")]
    [InlineData("ko", "an AVIF", "AVIF 사진은 올릴 수 없어요. JPEG, PNG, WebP로 저장해서 올리거나 다른 사진을 골라주세요.")]
    [InlineData("en", "an AVIF", "AVIF photos cannot be uploaded. Save it as JPEG, PNG or WebP, or choose another photo.")]
    [InlineData("ko", "a JPEG of 65,000 by 65,000", "사진이 너무 커요. 전체 50,000,000픽셀까지 올릴 수 있어요.")]
    [InlineData("en", "a JPEG of 65,000 by 65,000", "That photo is too big. It can have up to 50,000,000 pixels in all.")]
    [InlineData("ko", "a JPEG with no picture", "사진을 읽을 수 없어요. 파일이 손상되었거나 지원하지 않는 형식이에요. 다른 사진을 골라주세요.")]
    [InlineData("en", "a JPEG with no picture",
        "That photo cannot be read. It is damaged, or of a kind we cannot show. Please choose another one.")]
    public async Task A_refusal_says_why_in_the_users_language(string language, string file, string problem)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(language);
        var result = await host.UploadPhoto((await host.AddUser("alice")).Id, HostileFile.All[file].Bytes);
        result.Photo.ShouldBeNull();
        result.Problem.ShouldBe(problem);
    }

    [Fact]
    public async Task Every_reason_has_a_sentence()
    {
        foreach (var language in new[] { "ko", "en" })
        {
            CultureInfo.CurrentUICulture = new CultureInfo(language);
            await using var scope = host.Services.CreateAsyncScope();
            var localizer = scope.ServiceProvider.GetRequiredService<Microsoft.Extensions.Localization.IStringLocalizer<PhotoStore>>();
            foreach (var reason in Enum.GetNames<PhotoRejection>())
            {
                localizer[reason].ResourceNotFound.ShouldBeFalse($"{reason}, {language}");
            }
        }
    }

    [Fact]
    public async Task A_broken_off_upload_leaves_nothing_behind()
    {
        var user = await host.AddUser("alice");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var before = Directory.GetFiles(Folder).Length;
        await Should.ThrowAsync<OperationCanceledException>(
            () => host.UploadPhoto(user.Id, TestImages.Jpeg(), cancellationToken: cancelled.Token));
        Directory.GetFiles(Folder).Length.ShouldBe(before);
    }

    [Fact]
    public async Task A_deleted_photo_is_gone_and_deleting_it_again_does_no_harm()
    {
        var photo = await host.AddPhoto((await host.AddUser("alice")).Id, TestImages.Jpeg(800, 600));
        await Delete(photo.Name);
        await Delete(photo.Name);

        Directory.GetFiles(Folder, $"{PhotoNames.StemOf(photo.Name)}*").ShouldBeEmpty();
        (await host.Data(db => db.StoredPhotos.AnyAsync(p => p.Name == photo.Name))).ShouldBeFalse();
        foreach (var query in new[] { "", "?width=160", "?width=640" })
        {
            await host.Browser().Scenario(s =>
            {
                s.Get.Url(PhotoNames.UrlOf(photo.Name) + query);
                s.StatusCodeShouldBe(404);
            });
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_deleted_keeps_the_others_from_nothing()
    {
        var user = await host.AddUser("alice");
        var (first, second) = (await host.AddPhoto(user.Id), await host.AddPhoto(user.Id));
        MakeUndeletable(first.Name);

        await Delete(first.Name, second.Name);

        File.Exists(Path.Combine(Folder, second.Name)).ShouldBeFalse();
        Directory.Delete(Path.Combine(Folder, first.Name), recursive: true);
    }

    [Theory]
    [InlineData("Photos:QuotaFiles", "2")]
    [InlineData("Photos:QuotaMegabytes", "1")]
    public async Task A_full_quota_is_said_and_refuses_only_its_user(string setting, string value)
    {
        await using var market = new MarketHost().With(setting, value);
        var (alice, bob) = (await market.AddUser("alice"), await market.AddUser("bob"));
        await market.AddPhoto(alice.Id);
        await market.AddPhoto(alice.Id);
        await market.Data(
            db => db.StoredPhotos.Where(p => p.UserId == alice.Id).ExecuteUpdateAsync(set => set.SetProperty(p => p.Bytes, 600_000)));
        CultureInfo.CurrentUICulture = new CultureInfo("en");

        var refused = await market.UploadPhoto(alice.Id, TestImages.Jpeg());

        refused.Photo.ShouldBeNull();
        refused.Status.ShouldBe(409);
        refused.Problem.ShouldNotBeNull().ShouldStartWith("Your photo storage is full.");
        await market.AddPhoto(bob.Id);
        Directory.GetFiles(Path.Combine(market.StorageRoot, "photos")).Length.ShouldBe(3);
    }

    [Theory]
    [InlineData("Photos:QuotaFiles", "0")]
    [InlineData("Photos:QuotaMegabytes", "-1")]
    public void A_quota_that_makes_no_sense_stops_the_start(string setting, string value)
    {
        using var market = new MarketHost().With(setting, value);
        Should.Throw<OptionsValidationException>(() => market.Services);
    }

    [Fact]
    public async Task Names_never_lead_out_of_the_folder()
    {
        var beside = Path.Combine(host.StorageRoot, "0123456789abcdef0123456789abcdef.jpg");
        await File.WriteAllBytesAsync(beside, TestImages.Jpeg());
        var storage = host.Services.GetRequiredService<IPhotoStorage>();
        foreach (var name in new[] { "../0123456789abcdef0123456789abcdef.jpg", beside })
        {
            await Should.ThrowAsync<ArgumentException>(() => storage.DeleteAsync(name, CancellationToken.None));
            await Should.ThrowAsync<ArgumentException>(() => storage.OpenAsync(name, CancellationToken.None));
        }

        File.Exists(beside).ShouldBeTrue();
    }

    // A directory in place of the file cannot be deleted as a file, not even by root.
    private void MakeUndeletable(string name)
    {
        File.Delete(Path.Combine(Folder, name));
        Directory.CreateDirectory(Path.Combine(Folder, name, "full"));
    }

    private async Task Delete(params string[] names)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<PhotoStore>().DeleteAsync(names);
    }
}
