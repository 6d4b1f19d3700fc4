using MarketChat.Infrastructure.Push;

namespace MarketChat.Infrastructure.Delivery;

public static class DeliverySetup
{
    public static IServiceCollection AddMarketDelivery(this IServiceCollection services)
    {
        services.AddOptions<DeliveryOptions>().BindConfiguration("Chat").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Doorbell>();
        services.AddSingleton<HeldPoll>();
        services.AddWebPush();
        return services;
    }
}
