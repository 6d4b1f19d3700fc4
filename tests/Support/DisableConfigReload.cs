using System.Runtime.CompilerServices;

namespace MarketChat.Tests.Support;

/// <summary>
/// A user may have 128 watches on files at a time on an ordinary Linux, and the many hosts of the tests have no use for any.
/// </summary>
internal static class DisableConfigReload
{
    [ModuleInitializer]
    internal static void TurnOff() => Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
}
