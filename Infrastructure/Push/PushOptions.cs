namespace MarketChat.Infrastructure.Push;

/// <summary>The section "Push" of the settings.</summary>
public sealed class PushOptions
{
    /// <summary>
    /// Where whoever runs a push service reaches whoever runs this app: an address that begins with "mailto:" or "https:" (RFC 8292,
    /// section 2.1). Without one it is the first of "AllowedHosts", where that names one. Apple's service refuses "localhost".
    /// </summary>
    public string Contact { get; set; } = "";

    /// <summary>For tests, whose push service runs on the same machine: then an address may be http, on any port and anywhere.</summary>
    public bool AllowPrivateEndpoints { get; set; }
}
