using System.Reflection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.Localization;

/// <summary>
/// Maps a view and its page model to the same resource file: the view <c>Room.cshtml</c> and the class <c>RoomModel</c> both read
/// <c>Room.ko.resx</c>.
/// </summary>
public sealed class FeatureStringLocalizerFactory(IOptions<LocalizationOptions> options, ILoggerFactory loggers)
    : ResourceManagerStringLocalizerFactory(options, loggers)
{
    private const string PageModelSuffix = "Model";

    protected override string GetResourcePrefix(TypeInfo typeInfo)
    {
        var prefix = base.GetResourcePrefix(typeInfo).Replace('+', '.');
        return prefix.EndsWith(PageModelSuffix, StringComparison.Ordinal) ? prefix[..^PageModelSuffix.Length] : prefix;
    }
}
