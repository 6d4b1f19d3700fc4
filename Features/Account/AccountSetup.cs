using MarketChat.Features.Account.DeleteAccount;
using MarketChat.Features.Account.Export;

namespace MarketChat.Features.Account;

public static class AccountSetup
{
    public static IServiceCollection AddAccount(this IServiceCollection services)
    {
        services.AddScoped<DeleteAccountHandler>();
        services.AddScoped<PersonalDataExporter>();
        return services;
    }
}
