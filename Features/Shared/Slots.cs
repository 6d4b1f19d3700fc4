using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.FeatureManagement;

namespace MarketChat.Features.Shared;

/// <summary>What an optional slice puts into a place that a page keeps open: a partial view, shown while the slice's flag is on.</summary>
public sealed record SlotContent(string Slot, string View, string Flag);

public static class Slots
{
    /// <summary>At the end of every page, for scripts. No model.</summary>
    public const string PageEnd = "page-end";

    /// <param name="slot">The place, as the page that has it names it.</param>
    /// <param name="view">The partial's path from the root; its model is whatever the place hands out.</param>
    public static IServiceCollection AddToSlot(this IServiceCollection services, string slot, string view, string flag) =>
        services.AddSingleton(new SlotContent(slot, view, flag));
}

/// <summary>
/// <c>&lt;slot-content name="room-bar" with="Model" /&gt;</c>: a place for optional slices, which show themselves there in the order in
/// which they were added.
/// </summary>
public sealed class SlotContentTagHelper(IEnumerable<SlotContent> contents, IFeatureManagerSnapshot flags, IHtmlHelper html) : TagHelper
{
    public required string Name { get; set; }

    /// <summary>The model for the partials.</summary>
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
