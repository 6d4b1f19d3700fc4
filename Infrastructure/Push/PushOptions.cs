namespace MarketChat.Infrastructure.Push;

/// <summary>The configuration section "Push".</summary>
public sealed class PushOptions
{
    /// <summary>
    /// A URL ("mailto:" or "https:") at which the operator of a push service can contact the operator of this app (RFC 8292, section 2.1).
    /// The default is the first host of "AllowedHosts", if there is one. Apple's service rejects "localhost".
    /// </summary>
    public string Contact { get; set; } = "";

    /// <summary>
    /// For tests, whose push service runs on the same machine: allows endpoints with http, any port and private addresses.
    /// </summary>
    public bool AllowPrivateEndpoints { get; set; }
}
