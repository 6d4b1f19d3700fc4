using System.Globalization;
using MarketChat.Infrastructure.Identity;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace MarketChat.Infrastructure.Flags;

/// <summary>
/// Parses the definition of one feature flag from the configuration. The value is a shorthand (<c>true</c>, <c>false</c>, or user names and
/// a percentage: <c>@alice, @bob, 25%</c>), or a list of the library's filters under <c>EnabledFor</c>. If several configuration sources
/// define the flag, the last source wins, as for any setting: an environment variable can disable a flag that a file enables for some
/// users, or restrict to some users a flag that a file enables for all.
/// </summary>
public static class FeatureDefinitionParser
{
    private const string Filters = "EnabledFor", AlwaysOn = "AlwaysOn", Targeting = "Targeting";

    private const string ValidValues =
        "Valid values are true, false, user names and a percentage (\"@alice, @bob, 25%\"), or EnabledFor with the filter Targeting.";

    /// <exception cref="FormatException">The definition is invalid; the message begins with the setting's path.</exception>
    public static FeatureDefinition Parse(IConfigurationRoot configuration, IConfigurationSection flag)
    {
        foreach (var provider in configuration.Providers.Reverse())
        {
            var shorthand = provider.TryGet(flag.Path, out var value) && !string.IsNullOrWhiteSpace(value) ? value : null;
            var listsFilters = provider.GetChildKeys([], flag.Path).Any();
            if (shorthand is not null && listsFilters) throw InvalidSetting(flag, "has both a value and a list of filters.");
            if (shorthand is not null) return Define(flag, ParseShorthand(flag, shorthand));
            if (listsFilters) return Define(flag, ParseFilters(flag));
        }

        return Define(flag, []);
    }

    private static FeatureDefinition Define(IConfigurationSection flag, IEnumerable<FeatureFilterConfiguration> filters) =>
        new() { Name = flag.Key, EnabledFor = [.. filters] };

    private static IEnumerable<FeatureFilterConfiguration> ParseShorthand(IConfigurationSection setting, string shorthand)
    {
        if (bool.TryParse(shorthand, out var on)) return on ? [new() { Name = AlwaysOn }] : [];
        var audience = new Audience { Users = [] };
        foreach (var item in shorthand.Split(',', StringSplitOptions.TrimEntries))
        {
            var isFirstPercentage = IsPercentage(item, out var percentage) && audience.DefaultRolloutPercentage == 0;
            if (item.StartsWith('@')) audience.Users.Add(item[1..]);
            else if (isFirstPercentage) audience.DefaultRolloutPercentage = percentage;
            else throw InvalidSetting(setting, $"contains \"{item}\". {ValidValues}");
        }

        return [CreateTargetingFilter(setting, audience)];
    }

    private static IEnumerable<FeatureFilterConfiguration> ParseFilters(IConfigurationSection flag)
    {
        RejectUnknownKeys(flag, Filters);
        var filters = flag.GetSection(Filters);
        return string.IsNullOrEmpty(filters.Value) ? filters.GetChildren().Select(ParseFilter) : ParseShorthand(filters, filters.Value);
    }

    private static FeatureFilterConfiguration ParseFilter(IConfigurationSection filter)
    {
        RejectUnknownKeys(filter, "Name", "Parameters");
        var name = filter["Name"]?.Split('.')[^1]; // The full name is "Microsoft.Targeting".
        if (AlwaysOn.Equals(name, StringComparison.OrdinalIgnoreCase)) return new() { Name = AlwaysOn };
        if (!Targeting.Equals(name, StringComparison.OrdinalIgnoreCase))
        {
            throw InvalidSetting(filter, $"names the unknown filter \"{filter["Name"]}\". {ValidValues}");
        }

        try
        {
            var settings = filter.GetSection("Parameters")
                .Get<TargetingFilterSettings>(binder => binder.ErrorOnUnknownConfiguration = true);
            return CreateTargetingFilter(filter, settings?.Audience ?? throw InvalidSetting(filter, "has no Parameters:Audience."));
        }
        catch (InvalidOperationException exception)
        {
            throw InvalidSetting(filter, $"has invalid Parameters. {exception.GetBaseException().Message}");
        }
    }

    // Passes the settings as an object (ParametersObject): the library would otherwise bind them from the configuration on every
    // evaluation.
    private static FeatureFilterConfiguration CreateTargetingFilter(IConfigurationSection setting, Audience audience)
    {
        if (audience.Groups is { Count: > 0 } || audience.Exclusion?.Groups is { Count: > 0 })
        {
            throw InvalidSetting(setting, "names groups, but this app has no groups.");
        }

        if (audience.DefaultRolloutPercentage is not (>= 0 and <= 100))
            throw InvalidSetting(setting, $"has the percentage {audience.DefaultRolloutPercentage}, which is not between 0 and 100.");
        audience.Users = [.. ValidateNames(audience.Users)];
        audience.Exclusion = new() { Users = [.. ValidateNames(audience.Exclusion?.Users)] };
        return new() { Name = Targeting, ParametersObject = new TargetingFilterSettings { Audience = audience } };

        IEnumerable<string> ValidateNames(IEnumerable<string>? users) => (users ?? []).Select(UserNameValidator.Normalize)
            .Select(name => UserNameValidator.IsValid(name) ? name
                : throw InvalidSetting(setting, $"names \"{name}\", which is not a valid user name."));
    }

    private static bool IsPercentage(string item, out double percentage) =>
        double.TryParse(item.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out percentage)
            && item.EndsWith('%');

    private static void RejectUnknownKeys(IConfigurationSection section, params string[] keys)
    {
        var unknown = section.GetChildren().FirstOrDefault(child => !keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase));
        if (unknown is not null) throw InvalidSetting(unknown, $"is not a known setting. {ValidValues}");
    }

    private static FormatException InvalidSetting(IConfigurationSection setting, string problem) => new($"{setting.Path} {problem}");
}
