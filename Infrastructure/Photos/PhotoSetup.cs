using MarketChat.Infrastructure.Storage;

namespace MarketChat.Infrastructure.Photos;

public static class PhotoSetup
{
    /// <summary>Photos, and the folder they are kept in with everything else.</summary>
    public static IServiceCollection AddMarketPhotos(this IServiceCollection services)
    {
        services.AddMarketStorage();
        services.AddOptions<PhotoSettings>().BindConfiguration("Photos").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IPhotoStorage, DiskPhotoStorage>();
        services.AddSingleton<PhotoProcessor>();
        services.AddSingleton<PhotoCopies>();
        services.AddScoped<PhotoStore>();
        services.AddSingleton<PhotoCleanupService>();
        services.AddHostedService(provider => provider.GetRequiredService<PhotoCleanupService>());
        return services;
    }
}
