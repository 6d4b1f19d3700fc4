using Microsoft.Extensions.Localization;

namespace MarketChat.Infrastructure.Localization;

/// <summary>How a person whose account is closed is spoken of. No one can be called so: a name has no space in it.</summary>
public sealed class DeletedUserLabel(IStringLocalizer<DeletedUserLabel> localizer)
{
    public string Name => localizer["Name"];
}
