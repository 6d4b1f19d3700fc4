namespace MarketChat.Infrastructure.Delivery;

public static class DeliverySetup
{
    public static IServiceCollection AddMarketDelivery(this IServiceCollection services)
    {
        services.AddOptions<DeliveryOptions>().BindConfiguration("Chat").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Doorbell>();
        services.AddSingleton<HeldPoll>();
        return services;
    }
}
