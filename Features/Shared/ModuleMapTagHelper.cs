using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace MarketChat.Features.Shared;

/// <summary>
/// <c>&lt;module-map /&gt;</c>: the import map that leads "/js/times.js" to its fingerprinted file, so that modules too are cached for ever.
/// The framework's own map has keys relative to the page, which fit only pages at the root.
/// </summary>
public sealed class ModuleMapTagHelper : TagHelper
{
    [ViewContext, HtmlAttributeNotBound]
    public required ViewContext ViewContext { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var assets = ViewContext.HttpContext.GetEndpoint()?.Metadata.GetMetadata<ResourceAssetCollection>();
        var imports = (assets ?? Enumerable.Empty<ResourceAsset>())
            .Select(asset => (asset.Url, Label: asset.Properties?.FirstOrDefault(p => p.Name == "label")?.Value))
            .Where(asset => asset.Label is { } label && label.StartsWith("js/", StringComparison.Ordinal) && label.EndsWith(".js", StringComparison.Ordinal))
            .ToDictionary(asset => $"/{asset.Label}", asset => $"/{asset.Url}");
        output.TagName = "script";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("type", "importmap");
        output.Content.SetHtmlContent(JsonSerializer.Serialize(new { imports }));
    }
}
