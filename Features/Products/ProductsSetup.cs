using MarketChat.Features.Products.Post;

namespace MarketChat.Features.Products;

public static class ProductsSetup
{
    public static IServiceCollection AddProducts(this IServiceCollection services) => services.AddScoped<PostProduct>();
}
