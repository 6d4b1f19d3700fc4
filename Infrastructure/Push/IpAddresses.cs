using System.Net;
using System.Net.Sockets;

namespace MarketChat.Infrastructure.Push;

/// <summary>
/// Which addresses are somebody's in the open internet, rather than this machine's or its network's: what people send the app to must
/// not be a way into where it runs. After IANA's registries of special-purpose addresses (RFC 6890).
/// </summary>
public static class IpAddresses
{
    private static readonly IPNetwork[] _special4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), // This network.
        IPNetwork.Parse("10.0.0.0/8"), // Private.
        IPNetwork.Parse("100.64.0.0/10"), // Behind a provider's translator.
        IPNetwork.Parse("127.0.0.0/8"), // Loopback.
        IPNetwork.Parse("169.254.0.0/16"), // Link-local, where clouds tell machines their secrets.
        IPNetwork.Parse("172.16.0.0/12"), // Private.
        IPNetwork.Parse("192.0.0.0/24"), // Protocol assignments.
        IPNetwork.Parse("192.0.2.0/24"), // Documentation.
        IPNetwork.Parse("192.88.99.0/24"), // 6to4 relays, no longer used.
        IPNetwork.Parse("192.168.0.0/16"), // Private.
        IPNetwork.Parse("198.18.0.0/15"), // Benchmarks.
        IPNetwork.Parse("198.51.100.0/24"), // Documentation.
        IPNetwork.Parse("203.0.113.0/24"), // Documentation.
        IPNetwork.Parse("224.0.0.0/4"), // Multicast.
        IPNetwork.Parse("240.0.0.0/4"), // Reserved, and broadcast.
    ];

    // Everything else of IPv6 is loopback, link-local, unique local, multicast or not given out.
    private static readonly IPNetwork _global6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] _special6 =
    [
        IPNetwork.Parse("2001::/23"), // Protocol assignments, Teredo among them.
        IPNetwork.Parse("2001:db8::/32"), // Documentation.
        IPNetwork.Parse("2002::/16"), // 6to4, which leads to whichever IPv4 address stands in it.
        IPNetwork.Parse("3fff::/20"), // Documentation.
    ];

    private static readonly IPNetwork _translated = IPNetwork.Parse("64:ff9b::/96"); // NAT64, RFC 6052.

    public static bool IsPublic(IPAddress address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => IsPublic(address.MapToIPv4()),
        { AddressFamily: AddressFamily.InterNetwork } => !_special4.Any(network => network.Contains(address)),
        _ when _translated.Contains(address) => IsPublic(new IPAddress(address.GetAddressBytes()[^4..])),
        _ => _global6.Contains(address) && !_special6.Any(network => network.Contains(address)),
    };
}
