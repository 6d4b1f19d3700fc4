using MarketChat.Infrastructure.Assets;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace MarketChat.Features.Shared;

/// <summary><c>&lt;import-map /&gt;</c>: the page's import map.</summary>
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
