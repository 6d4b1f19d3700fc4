using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Photos;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Support;

/// <summary>Adds photos to the store through the app's own services, without an HTTP upload.</summary>
public static class PhotoUploads
{
    /// <summary>Stores a photo as an upload does: staged until a product, message or profile references it.</summary>
    public static async Task<StoredPhoto> AddPhoto(this MarketHost host, int userId, byte[]? file = null) =>
        (await host.UploadPhoto(userId, file ?? TestImages.Jpeg())).Photo.ShouldNotBeNull();

    public static async Task<SavePhotoResult> UploadPhoto(
        this MarketHost host, int userId, byte[] file, string name = "photo.jpg", string contentType = "image/jpeg",
        CancellationToken cancellationToken = default)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var form = new FormFile(new MemoryStream(file), 0, file.Length, "photo", name) { Headers = new HeaderDictionary(),
            ContentType = contentType };
        return await scope.ServiceProvider.GetRequiredService<PhotoStore>().SaveAsync(userId, form, cancellationToken);
    }
}
