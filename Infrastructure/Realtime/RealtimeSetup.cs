using MarketChat.Infrastructure.Configuration;
using MarketChat.Infrastructure.Data;

namespace MarketChat.Infrastructure.Realtime;

public static class RealtimeSetup
{
    public static IServiceCollection AddMarketRealtime(this IServiceCollection services)
    {
        services.AddSettings<PollingOptions>("Chat");
        services.AddSingleton<IChangeWire>(provider => provider.GetRequiredService<IDatabaseEngine>().IsShared
            ? ActivatorUtilities.CreateInstance<PostgresChangeWire>(provider)
            : ActivatorUtilities.CreateInstance<InProcessChangeWire>(provider));
        services.AddSingleton<ChangeNotifier>();
        services.AddSingleton<LongPolling>();
        services.AddScoped<RoomWriter>();
        services.AddScoped<SessionRevoker>();
        return services;
    }
}
