using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Flags;
using MarketChat.Infrastructure.Identity;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace MarketChat.Features.Developers.Flags;

/// <summary>
/// The page with all feature flags: their definitions, and whether they are on for the current user or a user given by name.
/// </summary>
[AllowAnonymous]
public sealed class FlagsModel(IFeatureManager flags, IFeatureDefinitionProvider definitions, UserManager<User> users) : PageModel
{
    /// <param name="ForEveryone">
    /// Whether the flag is on for all users. Otherwise it is on for the <paramref name="Audiences"/>, or for no user if there are none.
    /// </param>
    public sealed record Row(string Flag, bool ForEveryone, IReadOnlyList<Audience> Audiences, bool IsOn);

    /// <summary>The name of the user for whom the flags are evaluated; empty for a signed-out visitor.</summary>
    public string UserName { get; private set; } = "";

    public bool IsUnknown { get; private set; }

    public IReadOnlyList<Row> Rows { get; private set; } = [];

    public async Task OnGetAsync(string? name)
    {
        var requestedName = UserNameValidator.Normalize(name);
        UserName = requestedName.Length > 0 ? requestedName : User.Identity?.Name ?? "";
        IsUnknown = requestedName.Length > 0
            && !(UserNameValidator.IsValid(requestedName) && await users.FindByNameAsync(requestedName) is not null);
        var rows = new List<Row>();
        await foreach (var flag in flags.GetFeatureNamesAsync()) rows.Add(await DescribeAsync(flag));
        Rows = rows;
    }

    private async Task<Row> DescribeAsync(string flag)
    {
        var filters = (await definitions.GetFeatureDefinitionAsync(flag)).EnabledFor;
        var audiences = filters.Select(filter => filter.ParametersObject).OfType<TargetingFilterSettings>()
            .Select(settings => settings.Audience);
        return new Row(flag, filters.Any(filter => filter.ParametersObject is null), [.. audiences],
            await flags.IsEnabledForAsync(flag, UserName));
    }
}
