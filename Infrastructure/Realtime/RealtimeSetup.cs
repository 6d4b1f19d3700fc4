using MarketChat.Infrastructure.Configuration;

namespace MarketChat.Infrastructure.Realtime;

public static class RealtimeSetup
{
    public static IServiceCollection AddMarketRealtime(this IServiceCollection services)
    {
        services.AddSettings<PollingOptions>("Chat");
        services.AddSingleton<IChangeWire, InProcessChangeWire>();
        services.AddSingleton<ChangeNotifier>();
        services.AddSingleton<LongPolling>();
        services.AddScoped<RoomWriter>();
        services.AddScoped<SessionRevoker>();
        return services;
    }
}
