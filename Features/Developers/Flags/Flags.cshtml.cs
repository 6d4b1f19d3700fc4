using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Flags;
using MarketChat.Infrastructure.Identity;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace MarketChat.Features.Developers.Flags;

/// <summary>Which optional features are on, and for whom: for oneself, or for somebody else by name.</summary>
[AllowAnonymous]
public sealed class FlagsModel(IFeatureManager flags, IFeatureDefinitionProvider rules, UserManager<User> users) : PageModel
{
    /// <param name="ForEveryone">Otherwise it is for the <paramref name="Audiences"/>, or for no one where there is none.</param>
    public sealed record Row(string Flag, bool ForEveryone, IReadOnlyList<Audience> Audiences, bool IsOn);

    /// <summary>Whom the page tells about; empty for somebody signed out.</summary>
    public string UserName { get; private set; } = "";

    public bool IsUnknown { get; private set; }

    public IReadOnlyList<Row> Rows { get; private set; } = [];

    public async Task OnGetAsync(string? name)
    {
        var asked = UserNameValidator.Normalize(name);
        UserName = asked.Length > 0 ? asked : User.Identity?.Name ?? "";
        IsUnknown = asked.Length > 0 && !(UserNameValidator.IsValid(asked) && await users.FindByNameAsync(asked) is not null);
        var rows = new List<Row>();
        await foreach (var flag in flags.GetFeatureNamesAsync()) rows.Add(await DescribeAsync(flag));
        Rows = rows;
    }

    private async Task<Row> DescribeAsync(string flag)
    {
        var filters = (await rules.GetFeatureDefinitionAsync(flag)).EnabledFor;
        var audiences = filters.Select(filter => filter.ParametersObject).OfType<TargetingFilterSettings>()
            .Select(settings => settings.Audience);
        return new Row(flag, filters.Any(filter => filter.ParametersObject is null), [.. audiences],
            await flags.IsEnabledForAsync(flag, UserName));
    }
}
