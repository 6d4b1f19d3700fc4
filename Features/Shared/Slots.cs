using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.FeatureManagement;

namespace MarketChat.Features.Shared;

/// <summary>A partial view that an optional feature adds to a slot of a page. It is rendered while the feature's flag is on.</summary>
public sealed record SlotContent(string Slot, string View, string Flag);

public static class Slots
{
    /// <summary>The slot at the end of every page, for scripts. It has no model.</summary>
    public const string PageEnd = "page-end";

    /// <summary>Adds a partial view to a slot.</summary>
    /// <param name="slot">The name of the slot.</param>
    /// <param name="view">The absolute path of the partial view. Its model is the one that the slot passes.</param>
    /// <param name="flag">The feature flag of the partial view.</param>
    public static IServiceCollection AddToSlot(this IServiceCollection services, string slot, string view, string flag) =>
        services.AddSingleton(new SlotContent(slot, view, flag));
}

/// <summary>
/// Renders <c>&lt;slot-content name="room-bar" model="Model" /&gt;</c>: the partial views that optional features have added to a slot, in
/// the order of registration.
/// </summary>
public sealed class SlotContentTagHelper(IEnumerable<SlotContent> contents, IFeatureManagerSnapshot flags, IHtmlHelper html) : TagHelper
{
    public required string Name { get; set; }

    /// <summary>The model of the partial views.</summary>
    public object? Model { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public required ViewContext ViewContext { get; set; }

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = null;
        ((IViewContextAware)html).Contextualize(ViewContext);
        foreach (var content in contents)
        {
            if (content.Slot != Name || !await flags.IsEnabledAsync(content.Flag)) continue;
            output.Content.AppendHtml(await html.PartialAsync(content.View, Model));
        }
    }
}
