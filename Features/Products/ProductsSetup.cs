using MarketChat.Features.Products.Post;
using MarketChat.Features.Products.StartChat;

namespace MarketChat.Features.Products;

public static class ProductsSetup
{
    public static IServiceCollection AddProducts(this IServiceCollection services) =>
        services.AddScoped<PostProduct>().AddScoped<OpenRoom>();
}
