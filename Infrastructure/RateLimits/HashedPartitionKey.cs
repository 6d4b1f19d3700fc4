using System.Net;
using System.Net.Sockets;

namespace MarketChat.Infrastructure.RateLimits;

/// <summary>
/// What is counted for a name or an address that anybody can make up: one of a fixed number of counters, so that made-up ones fill no
/// memory. Two that share a counter by chance share its limit; which ones do differs from start to start, so nobody can pick a neighbour.
/// </summary>
public static class HashedPartitionKey
{
    public const int Count = 1 << 16;

    // Whoever has one IPv6 address has the 2^64 around it (RFC 6177).
    private const int BytesOfIPv6Network = 8;

    public static int ForKey(string name) => name.GetHashCode(StringComparison.Ordinal) & (Count - 1);

    public static int ForKey(IPAddress? address)
    {
        if (address is null) return 0;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        var hash = new HashCode();
        hash.AddBytes(address.AddressFamily == AddressFamily.InterNetworkV6 ? bytes.AsSpan(0, BytesOfIPv6Network) : bytes);
        return hash.ToHashCode() & (Count - 1);
    }
}
