using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Logging.Abstractions;

namespace MarketChat.Infrastructure.Storage;

public static class StorageSetup
{
    public static IServiceCollection AddMarketStorage(this IServiceCollection services)
    {
        UnixFiles.RestrictNewFilesToOwner();
        services.AddSingleton<StoragePaths>();
        services.AddSingleton<OperatorProgress>();
        services.AddSingleton<StorageLock>();
        services.AddSingleton<ISecretStore, FileSecretStore>();
        services.AddSingleton<TemporaryFolder>();
        services.AddSingleton<TemporaryFolderHealthCheck>();
        services.AddHealthChecks().AddCheck<TemporaryFolderHealthCheck>("temp");

        // Stored keys keep sessions valid across restarts.
        services.AddDataProtection().SetApplicationName("MarketChat");
        services.AddOptions<KeyManagementOptions>().Configure<StoragePaths>((options, root) =>
        {
            options.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(root.Folder("keys")), NullLoggerFactory.Instance);
            options.XmlEncryptor = new NullXmlEncryptor(); // The files are readable by their owner only; without it each key is a warning.
        });
        return services;
    }
}
