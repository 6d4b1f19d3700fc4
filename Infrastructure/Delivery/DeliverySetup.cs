namespace MarketChat.Infrastructure.Delivery;

public static class DeliverySetup
{
    public static IServiceCollection AddMarketDelivery(this IServiceCollection services) => services.AddSingleton<Doorbell>();
}
