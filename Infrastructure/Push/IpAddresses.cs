using System.Net;
using System.Net.Sockets;

namespace MarketChat.Infrastructure.Push;

/// <summary>
/// Distinguishes public IP addresses from those of this machine and its network, to prevent server-side request forgery. The ranges are
/// IANA's registries of special-purpose addresses (RFC 6890).
/// </summary>
public static class IpAddresses
{
    private static readonly IPNetwork[] _specialIPv4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), // This network.
        IPNetwork.Parse("10.0.0.0/8"), // Private.
        IPNetwork.Parse("100.64.0.0/10"), // Carrier-grade NAT.
        IPNetwork.Parse("127.0.0.0/8"), // Loopback.
        IPNetwork.Parse("169.254.0.0/16"), // Link-local, with the metadata services of clouds.
        IPNetwork.Parse("172.16.0.0/12"), // Private.
        IPNetwork.Parse("192.0.0.0/24"), // Protocol assignments.
        IPNetwork.Parse("192.0.2.0/24"), // Documentation.
        IPNetwork.Parse("192.88.99.0/24"), // 6to4 relays, deprecated.
        IPNetwork.Parse("192.168.0.0/16"), // Private.
        IPNetwork.Parse("198.18.0.0/15"), // Benchmarks.
        IPNetwork.Parse("198.51.100.0/24"), // Documentation.
        IPNetwork.Parse("203.0.113.0/24"), // Documentation.
        IPNetwork.Parse("224.0.0.0/4"), // Multicast.
        IPNetwork.Parse("240.0.0.0/4"), // Reserved, and broadcast.
    ];

    // The rest of IPv6 is loopback, link-local, unique local, multicast or unassigned.
    private static readonly IPNetwork _globalIPv6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] _specialIPv6 =
    [
        IPNetwork.Parse("2001::/23"), // Protocol assignments, Teredo among them.
        IPNetwork.Parse("2001:db8::/32"), // Documentation.
        IPNetwork.Parse("2002::/16"), // 6to4, which is routed to the embedded IPv4 address.
        IPNetwork.Parse("3fff::/20"), // Documentation.
    ];

    private static readonly IPNetwork _nat64 = IPNetwork.Parse("64:ff9b::/96"); // NAT64, RFC 6052.

    /// <summary>
    /// Whether the address is globally reachable. IPv4 addresses embedded in IPv6 addresses are checked as IPv4 addresses.
    /// </summary>
    public static bool IsPublic(IPAddress address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => IsPublic(address.MapToIPv4()),
        { AddressFamily: AddressFamily.InterNetwork } => !_specialIPv4.Any(network => network.Contains(address)),
        _ when _nat64.Contains(address) => IsPublic(new IPAddress(address.GetAddressBytes()[^4..])),
        _ => _globalIPv6.Contains(address) && !_specialIPv6.Any(network => network.Contains(address)),
    };
}
