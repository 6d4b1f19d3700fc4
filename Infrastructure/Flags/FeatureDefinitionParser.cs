using System.Globalization;
using MarketChat.Infrastructure.Identity;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace MarketChat.Infrastructure.Flags;

/// <summary>
/// What the settings say about one flag: a few words (<c>true</c>, <c>false</c>, or people and a percentage, <c>@alice, @bob, 25%</c>), or
/// the library's list of filters under <c>EnabledFor</c>. Of the two the later said holds, as with any setting: the environment can
/// switch off what a file gives to some, and give to some what a file has for everybody.
/// </summary>
public static class FeatureDefinitionParser
{
    private const string Filters = "EnabledFor", AlwaysOn = "AlwaysOn", Targeting = "Targeting";

    private const string Accepted =
        "It takes true, false, people and a percentage (\"@alice, @bob, 25%\"), or EnabledFor with the filter Targeting.";

    /// <exception cref="FormatException">The settings make no sense; the message says where.</exception>
    public static FeatureDefinition Parse(IConfigurationRoot settings, IConfigurationSection flag)
    {
        foreach (var source in settings.Providers.Reverse())
        {
            var words = source.TryGet(flag.Path, out var value) && !string.IsNullOrWhiteSpace(value) ? value : null;
            var listsFilters = source.GetChildKeys([], flag.Path).Any();
            if (words is not null && listsFilters) throw InvalidSetting(flag, "says two things, a word and a list.");
            if (words is not null) return Define(flag, ParseShorthand(flag, words));
            if (listsFilters) return Define(flag, ParseFilters(flag));
        }

        return Define(flag, []);
    }

    private static FeatureDefinition Define(IConfigurationSection flag, IEnumerable<FeatureFilterConfiguration> filters) =>
        new() { Name = flag.Key, EnabledFor = [.. filters] };

    private static IEnumerable<FeatureFilterConfiguration> ParseShorthand(IConfigurationSection setting, string words)
    {
        if (bool.TryParse(words, out var on)) return on ? [new() { Name = AlwaysOn }] : [];
        var audience = new Audience { Users = [] };
        foreach (var word in words.Split(',', StringSplitOptions.TrimEntries))
        {
            var isFirstPercentage = IsPercentage(word, out var percentage) && audience.DefaultRolloutPercentage == 0;
            if (word.StartsWith('@')) audience.Users.Add(word[1..]);
            else if (isFirstPercentage) audience.DefaultRolloutPercentage = percentage;
            else throw InvalidSetting(setting, $"has \"{word}\". {Accepted}");
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
        var name = filter["Name"]?.Split('.')[^1]; // "Microsoft.Targeting" in full.
        if (AlwaysOn.Equals(name, StringComparison.OrdinalIgnoreCase)) return new() { Name = AlwaysOn };
        if (!Targeting.Equals(name, StringComparison.OrdinalIgnoreCase))
        {
            throw InvalidSetting(filter, $"has the filter \"{filter["Name"]}\". {Accepted}");
        }

        try
        {
            var settings = filter.GetSection("Parameters")
                .Get<TargetingFilterSettings>(binder => binder.ErrorOnUnknownConfiguration = true);
            return CreateTargetingFilter(filter, settings?.Audience ?? throw InvalidSetting(filter, "has no Parameters:Audience."));
        }
        catch (InvalidOperationException exception)
        {
            throw InvalidSetting(filter, $"has Parameters that make no sense. {exception.GetBaseException().Message}");
        }
    }

    // As an object made once, for the library would read the settings anew at every question.
    private static FeatureFilterConfiguration CreateTargetingFilter(IConfigurationSection setting, Audience audience)
    {
        if (audience.Groups is { Count: > 0 } || audience.Exclusion?.Groups is { Count: > 0 })
        {
            throw InvalidSetting(setting, "names groups, and there are none here.");
        }

        if (audience.DefaultRolloutPercentage is not (>= 0 and <= 100))
            throw InvalidSetting(setting, $"has a percentage of {audience.DefaultRolloutPercentage}, which is not between 0 and 100.");
        audience.Users = [.. Names(audience.Users)];
        audience.Exclusion = new() { Users = [.. Names(audience.Exclusion?.Users)] };
        return new() { Name = Targeting, ParametersObject = new TargetingFilterSettings { Audience = audience } };

        IEnumerable<string> Names(IEnumerable<string>? users) => (users ?? []).Select(UserNameValidator.Normalize)
            .Select(name => UserNameValidator.IsValid(name) ? name
                : throw InvalidSetting(setting, $"names \"{name}\", which is nobody's name."));
    }

    private static bool IsPercentage(string word, out double percentage) =>
        double.TryParse(word.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out percentage)
            && word.EndsWith('%');

    private static void RejectUnknownKeys(IConfigurationSection section, params string[] keys)
    {
        var strange = section.GetChildren().FirstOrDefault(child => !keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase));
        if (strange is not null) throw InvalidSetting(strange, $"is not known. {Accepted}");
    }

    private static FormatException InvalidSetting(IConfigurationSection setting, string why) => new($"{setting.Path} {why}");
}
