namespace MarketChat.Infrastructure.Http;

public static class CookieNames
{
    private const string SettingKey = "Cookies:Prefix", DefaultPrefix = "market";

    /// <summary>
    /// The name of a cookie that is bound to this copy of the app: "market-session". Browsers send cookies to all ports of a host, so that
    /// two copies on one host need different prefixes, which the setting "Cookies:Prefix" sets.
    /// </summary>
    public static string GetCookieName(this IConfiguration configuration, string name) =>
        $"{configuration[SettingKey] ?? DefaultPrefix}-{name}";
}
