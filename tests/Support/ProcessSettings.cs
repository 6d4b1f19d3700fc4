using System.Runtime.CompilerServices;

namespace MarketChat.Tests.Support;

/// <summary>
/// Settings of the process that holds the many test hosts. File watching for configuration is off: Linux allows a user 128 inotify
/// instances by default. The folder of uploads is the system's: otherwise it would be the one of the first host, which deletes it.
/// </summary>
internal static class ProcessSettings
{
    [ModuleInitializer]
    internal static void Apply()
    {
        Environment.SetEnvironmentVariable("ASPNETCORE_TEMP", Path.GetTempPath());
        Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
    }
}
