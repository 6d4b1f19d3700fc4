using MarketChat.Features.Shared;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.FeatureManagement;

namespace MarketChat.Features.Chat;

/// <summary>
/// Renders <c>&lt;message-content for="Model" /&gt;</c>: the partial view of the message's kind, if a slice handles that kind and its flag
/// is on. The message's text follows it in the markup; the slice's styles hide the text.
/// </summary>
public sealed class MessageContentTagHelper(MessageKinds kinds, IFeatureManagerSnapshot flags, IHtmlHelper html) : TagHelper
{
    public required MessageListItem For { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public required ViewContext ViewContext { get; set; }

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = null;
        if (For.Message is not { Data: not null } message) return;
        if (kinds.Find(message.Kind) is not { } kind || !await flags.IsEnabledAsync(kind.Flag)) return;
        ((IViewContextAware)html).Contextualize(ViewContext);
        output.Content.AppendHtml(await html.PartialAsync(kind.View, For));
    }
}
