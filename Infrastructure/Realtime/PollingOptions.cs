using System.ComponentModel.DataAnnotations;

namespace MarketChat.Infrastructure.Realtime;

/// <summary>The section "Chat" of the settings: when a page asks for news.</summary>
public sealed class PollingOptions
{
    /// <summary>Seconds between two plain polls.</summary>
    [Range(0.05, 3600)]
    public double PollSeconds { get; set; } = 2;

    /// <summary>The longest a held poll waits, in seconds. Below the 30 after which many proxies give up.</summary>
    [Range(0.05, 300)]
    public double WaitSeconds { get; set; } = 25;
}
