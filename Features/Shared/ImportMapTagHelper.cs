using MarketChat.Infrastructure.Assets;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace MarketChat.Features.Shared;

/// <summary>Renders <c>&lt;import-map /&gt;</c>: the import map of the page.</summary>
public sealed class ImportMapTagHelper(ImportMap map) : TagHelper
{
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "script";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("type", "importmap");
        output.Content.SetHtmlContent(map.Json);
    }
}
