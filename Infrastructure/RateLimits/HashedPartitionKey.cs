using System.Net;
using System.Net.Sockets;

namespace MarketChat.Infrastructure.RateLimits;

/// <summary>
/// Hashes an attacker-controlled key (a user name or an IP address) into 65,536 buckets, so that the memory of a rate limiter is bounded.
/// Colliding keys share a limit. String hashes are randomized per process, so an attacker cannot choose a key that collides with another
/// user's.
/// </summary>
public static class HashedPartitionKey
{
    public const int Count = 1 << 16;

    // A subscriber gets at least an IPv6 /64 network (RFC 6177), so all addresses in it share a bucket.
    private const int IPv6NetworkBytes = 8;

    public static int ForKey(string name) => name.GetHashCode(StringComparison.Ordinal) & (Count - 1);

    public static int ForKey(IPAddress? address)
    {
        if (address is null) return 0;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        var hash = new HashCode();
        hash.AddBytes(address.AddressFamily == AddressFamily.InterNetworkV6 ? bytes.AsSpan(0, IPv6NetworkBytes) : bytes);
        return hash.ToHashCode() & (Count - 1);
    }
}
