using MarketChat.Infrastructure.Storage;

namespace MarketChat.Infrastructure.Operations;

/// <summary>
/// A command on the command line that the process executes instead of serving: <c>dotnet run -- check</c>, <c>-- backup FILE</c> or <c>--
/// restore FILE</c>. Settings may stand before and after it, such as <c>--Storage:Root=/srv/market</c>.
/// </summary>
/// <param name="Operand">The argument after the name, or "".</param>
/// <param name="Settings">The remaining arguments, for the configuration.</param>
public sealed record OperatorCommand(string Name, string Operand, string[] Settings)
{
    public const string Check = "check", Backup = "backup", Restore = "restore", Help = "help";

    public const string Usage = """
        dotnet run                    run the app
        dotnet run -- check           check that the stored data is consistent
        dotnet run -- backup FILE     write database, photos and keys into a new file; the app may be running
        dotnet run -- restore FILE    replace the stored data with a backup; the app must not be running
        """;

    private const string Commands = "Commands are check, backup FILE, restore FILE and help; without a command the app runs.";

    private static readonly string[] _withOperand = [Backup, Restore];
    private static readonly string[] _helpOptions = ["--help", "-h", "-?"];

    // Of the app, its packages, and the framework. A setting on the command line that is none of these is a typing error.
    private static readonly HashSet<string> _knownSettings = new(StringComparer.OrdinalIgnoreCase)
    {
        "Storage", "ConnectionStrings", "Database", "Chat", "FeatureManagement", "RateLimits", "Photos", "Push", "Proxy", "PathBase",
        "Cookies", "Demo", "Serilog", "AllowedHosts", "Logging", "Kestrel",
        "hostBuilder", "urls", "http_ports", "https_ports", "environment", "contentRoot", "webroot", "applicationName", "startupAssembly",
        "hostingStartupAssemblies", "hostingStartupExcludeAssemblies", "preventHostingStartup", "suppressStatusMessages", "detailedErrors",
        "captureStartupErrors", "shutdownTimeoutSeconds", "preferHostingUrls", "staticWebAssets", "forwardedHeaders_enabled",
    };

    /// <summary>Parses the command line. Null if it contains no command, so that the app is to serve.</summary>
    /// <exception cref="OperatorException">An argument is neither a command nor a setting.</exception>
    public static OperatorCommand? Parse(string[] args)
    {
        var words = new List<string>();
        var settings = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            if (_helpOptions.Contains(args[i])) return new OperatorCommand(Help, "", []);
            if (words is [var name] && _withOperand.Contains(name) && !args[i].StartsWith('-')) words.Add(args[i]);
            else if (!IsSetting(args[i])) words.Add(args[i]);
            else
            {
                settings.Add(args[i]);
                if (args[i].Contains('=')) ThrowIfUnknown(args[i]);
                else settings.Add(ValueOf(args, ++i));
            }
        }

        return words switch
        {
            [] => null,
            [Check or Help] => new OperatorCommand(words[0], "", [.. settings]),
            [Backup or Restore, var operand] => new OperatorCommand(words[0], operand, [.. settings]),
            [Backup or Restore] => throw new OperatorException($"{words[0]} needs a file. {Commands}"),
            [Check or Help or Backup or Restore, ..] =>
                throw new OperatorException($"\"{words[^1]}\" is one argument too many. {Commands}"),
            _ => throw new OperatorException($"\"{words[0]}\" is not a command. {Commands}"),
        };
    }

    private static bool IsSetting(string argument) => argument.StartsWith('-') || argument.Contains('=');

    private static string ValueOf(string[] args, int index)
    {
        var setting = args[index - 1];
        ThrowIfUnknown(setting);
        return index < args.Length && !args[index].StartsWith("--", StringComparison.Ordinal)
            ? args[index]
            : throw new OperatorException($"{setting} has no value; write {setting}=VALUE.");
    }

    private static void ThrowIfUnknown(string argument)
    {
        var key = argument.Split('=')[0].TrimStart('-', '/').Replace("__", ":", StringComparison.Ordinal);
        if (argument.StartsWith("--", StringComparison.Ordinal) || !argument.StartsWith('-'))
        {
            // A variable such as ASPNETCORE_TEMP is a setting of the host; test hosts pass them on as arguments.
            var root = key.Split(':')[0];
            if (_knownSettings.Contains(root) || Environment.GetEnvironmentVariable($"ASPNETCORE_{root}") is not null) return;
        }

        throw new OperatorException($"\"{argument}\" is neither a command nor a setting. {Commands}");
    }
}
