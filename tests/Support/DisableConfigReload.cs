using System.Runtime.CompilerServices;

namespace MarketChat.Tests.Support;

/// <summary>
/// Turns off file watching for configuration. Linux allows a user 128 inotify instances by default, and the many test hosts need none.
/// </summary>
internal static class DisableConfigReload
{
    [ModuleInitializer]
    internal static void TurnOff() => Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
}
