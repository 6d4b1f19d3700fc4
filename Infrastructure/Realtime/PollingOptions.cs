using System.ComponentModel.DataAnnotations;

namespace MarketChat.Infrastructure.Realtime;

/// <summary>The settings of the section "Chat": how often pages poll, and how long polls are held.</summary>
public sealed class PollingOptions
{
    /// <summary>The interval between polls that are not held, in seconds.</summary>
    [Range(0.05, 3600)]
    public double PollSeconds { get; set; } = 2;

    /// <summary>The maximum time that a poll is held, in seconds. It should be below 30, the timeout of many proxies.</summary>
    [Range(0.05, 300)]
    public double WaitSeconds { get; set; } = 25;
}
