using MarketChat.Infrastructure.Configuration;
using MarketChat.Infrastructure.Storage;

namespace MarketChat.Infrastructure.Photos;

public static class PhotoSetup
{
    /// <summary>Adds the services for photos and the storage.</summary>
    public static IServiceCollection AddMarketPhotos(this IServiceCollection services)
    {
        services.AddMarketStorage();
        services.AddSettings<PhotoSettings>("Photos");
        services.AddSingleton<IPhotoStorage, DiskPhotoStorage>();
        services.AddSingleton<PhotoStorageHealthCheck>();
        services.AddHealthChecks().AddCheck<PhotoStorageHealthCheck>("photos");
        services.AddSingleton<PhotoProcessor>();
        services.AddSingleton<PhotoCopies>();
        services.AddScoped<PhotoStore>();
        services.AddSingleton<PhotoCleanupService>();
        services.AddHostedService(provider => provider.GetRequiredService<PhotoCleanupService>());
        return services;
    }
}
