using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace MarketChat.Infrastructure.Localization;

/// <summary>The data of languages and time zones, which .NET takes from the system: ICU and the time zone database.</summary>
public static partial class CultureData
{
    private const string Seoul = "Asia/Seoul";

    /// <summary>Whether the system has a time zone database. Without one, all times are shown in <see cref="DefaultZone"/>.</summary>
    public static bool HasTimeZones { get; } = TimeZoneInfo.TryFindSystemTimeZoneById(Seoul, out _);

    /// <summary>Korean time, which has had no daylight saving time since 1988.</summary>
    public static TimeZoneInfo DefaultZone { get; } = TimeZoneInfo.TryFindSystemTimeZoneById(Seoul, out var zone)
        ? zone
        : TimeZoneInfo.CreateCustomTimeZone(Seoul, TimeSpan.FromHours(9), Seoul, Seoul);

    /// <summary>
    /// Checks that ICU can be loaded. Must be the first call of Program: without ICU the runtime aborts the process at the first use of a
    /// culture, console output included. Does nothing in a process of another program, such as a test, which has used cultures already.
    /// </summary>
    /// <exception cref="CultureNotFoundException">There is no ICU, or the invariant mode is set.</exception>
    public static void ThrowIfMissing()
    {
        if (Assembly.GetEntryAssembly() != typeof(CultureData).Assembly) return;
        if (OperatingSystem.IsLinux() && LoadIcu() == 0) AppContext.SetSwitch("System.Globalization.Invariant", true);
        foreach (var language in LocalizationSetup.Languages) CultureInfo.GetCultureInfo(language);
    }

    // What the runtime itself calls at the first use of a culture. It replaces the pointers to ICU's functions, so no other thread may use
    // a culture meanwhile.
    [LibraryImport("libSystem.Globalization.Native", EntryPoint = "GlobalizationNative_LoadICU")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int LoadIcu();
}
