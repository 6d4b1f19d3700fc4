using System.Net;
using System.Net.Sockets;
using MarketChat.Infrastructure.Http;
using Microsoft.AspNetCore.HttpOverrides;

namespace MarketChat.Infrastructure.Security;

public static partial class ProxySetup
{
    private const string SettingKey = "Proxy:Known";

    /// <summary>
    /// Applies the headers <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c> of trusted reverse proxies. The setting "Proxy:Known"
    /// lists the proxies: addresses or networks ("10.0.0.0/8"), as a list or separated by commas. From any other client these headers are
    /// ignored.
    /// </summary>
    /// <exception cref="InvalidOperationException">The setting has an entry that is neither an address nor a network.</exception>
    public static void UseTrustedForwardedHeaders(this WebApplication app)
    {
        var proxies = ReadProxies(app.Configuration.GetSection(SettingKey)).ToList();
        if (proxies.Count == 0) WarnOfUnknownProxies(app); // With an empty list the framework would trust every client.
        else UseForwardedHeaders(app, proxies);
        WarnOfLostOrigin(app);
    }

    private static void UseForwardedHeaders(WebApplication app, List<string> proxies)
    {
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null, // Follows the chain as long as each hop is a trusted proxy.
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies) options.KnownIPNetworks.Add(Parse(proxy));
        app.UseForwardedHeaders(options);
    }

    // Nobody but the operator knows whether there is a proxy. The headers of the first one that is not configured give it away.
    private static void WarnOfUnknownProxies(WebApplication app)
    {
        if (!app.Environment.IsDevelopment()) LogNoProxies(app.Logger);
        var warned = 0;
        app.Use((context, next) =>
        {
            if (context.Request.Headers.ContainsKey(ForwardedHeadersDefaults.XForwardedForHeaderName)
                && Interlocked.Exchange(ref warned, 1) == 0)
            {
                LogUnknownProxy(app.Logger, context.Connection.RemoteIpAddress);
            }

            return next(context);
        });
    }

    private static void WarnOfLostOrigin(WebApplication app)
    {
        var warned = 0;
        app.Use((context, next) =>
        {
            var request = context.Request;
            if (request.HasLostOrigin() && Interlocked.Exchange(ref warned, 1) == 0)
            {
                LogLostOrigin(app.Logger, request.Headers.Origin.ToString(), $"{request.Scheme}://{request.Host}");
            }

            return next(context);
        });
    }

    [LoggerMessage(LogLevel.Information, "Proxy:Known is not set. Behind a reverse proxy set it, and forward X-Forwarded-For, -Proto and "
        + "-Host, or all clients share one rate limit, cookies are not Secure and passkeys fail")]
    private static partial void LogNoProxies(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "Ignored X-Forwarded-For from {Proxy}. If that is your reverse proxy, set Proxy:Known to its address; "
        + "otherwise all clients share one rate limit")]
    private static partial void LogUnknownProxy(ILogger logger, IPAddress? proxy);

    [LoggerMessage(LogLevel.Warning, "A browser at {Origin} arrives as {Address}. Let the reverse proxy forward X-Forwarded-Proto and "
        + "X-Forwarded-Host, and set Proxy:Known to its address; otherwise passkeys fail and cookies are not Secure")]
    private static partial void LogLostOrigin(ILogger logger, string origin, string address);

    private static IEnumerable<string> ReadProxies(IConfigurationSection known) =>
        known.GetChildren().Select(entry => entry.Value).Prepend(known.Value)
        .SelectMany(value => value?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? []);

    private static System.Net.IPNetwork Parse(string proxy)
    {
        if (System.Net.IPNetwork.TryParse(proxy, out var network)) return network;
        if (!IPAddress.TryParse(proxy, out var address))
        {
            throw new InvalidOperationException($"{SettingKey}: '{proxy}' is neither an IP address nor a network such as 10.0.0.0/8.");
        }

        return new System.Net.IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
    }
}
