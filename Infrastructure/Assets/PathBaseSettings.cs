using System.Text.RegularExpressions;

namespace MarketChat.Infrastructure.Assets;

public static partial class PathBaseSettings
{
    private const string SettingKey = "PathBase";

    /// <summary>The path under which a proxy publishes the app ("/market"); empty if the app has its host for itself.</summary>
    /// <exception cref="InvalidOperationException">The setting is not a path.</exception>
    public static PathString GetPathBase(this IConfiguration configuration)
    {
        var path = configuration[SettingKey]?.TrimEnd('/') ?? "";
        return path.Length == 0 || Path().IsMatch(path)
            ? new PathString(path)
            : throw new InvalidOperationException($"{SettingKey}: '{path}' is not a path such as /market.");
    }

    [GeneratedRegex(@"\A(/[A-Za-z0-9._~-]+)+\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Path();
}
