using Microsoft.Extensions.Localization;

namespace MarketChat.Infrastructure.Localization;

/// <summary>
/// Provides the localized label that replaces the name of a deleted user. It contains a space, so it cannot equal a user name.
/// </summary>
public sealed class DeletedUserLabel(IStringLocalizer<DeletedUserLabel> localizer)
{
    public string Name => localizer["Name"];
}
