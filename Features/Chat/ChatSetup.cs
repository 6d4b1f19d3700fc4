namespace MarketChat.Features.Chat;

public static class ChatSetup
{
    public static IServiceCollection AddChat(this IServiceCollection services) => services;
}
