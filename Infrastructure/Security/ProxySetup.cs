using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.HttpOverrides;

namespace MarketChat.Infrastructure.Security;

public static class ProxySetup
{
    private const string Key = "Proxy:Known";

    /// <summary>
    /// Believes what the proxies in front of the app say of whom they speak for (<c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c>).
    /// Which ones those are is in the setting "Proxy:Known": addresses or networks ("10.0.0.0/8"), as a list or between commas. From
    /// anybody else these headers are only words.
    /// </summary>
    public static void UseTrustedForwardedHeaders(this WebApplication app)
    {
        var proxies = Read(app.Configuration.GetSection(Key)).ToList();
        if (proxies.Count == 0) return; // The framework would take an empty list for everybody.

        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null, // As far back as one known proxy names the next.
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies) options.KnownIPNetworks.Add(Parse(proxy));
        app.UseForwardedHeaders(options);
    }

    private static IEnumerable<string> Read(IConfigurationSection known) =>
        known.GetChildren().Select(one => one.Value).Prepend(known.Value)
        .SelectMany(value => value?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? []);

    private static System.Net.IPNetwork Parse(string proxy)
    {
        if (System.Net.IPNetwork.TryParse(proxy, out var network)) return network;
        if (!IPAddress.TryParse(proxy, out var address))
        {
            throw new InvalidOperationException($"{Key}: '{proxy}' is neither an address nor a network.");
        }

        return new System.Net.IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
    }
}
