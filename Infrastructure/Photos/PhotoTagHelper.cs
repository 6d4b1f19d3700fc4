using System.Globalization;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace MarketChat.Infrastructure.Photos;

/// <summary>
/// Renders <c>src</c> and <c>srcset</c> of a stored photo: <c>&lt;img photo="@url" photo-width="1200" sizes="44px"&gt;</c>. The browser
/// chooses one of the widths by <c>sizes</c>, which must be the width of the image before it is cropped. Without <c>photo-width</c> the
/// largest width is left out, for images that are always small.
/// </summary>
[HtmlTargetElement("img", Attributes = "photo", TagStructure = TagStructure.WithoutEndTag)]
public sealed class PhotoTagHelper : TagHelper
{
    /// <summary>
    /// The photo's URL, without the base path of the app. For null neither attribute is rendered, as in a template for a script.
    /// </summary>
    public string? Photo { get; set; }

    /// <summary>The photo's width in pixels, if known.</summary>
    public int? PhotoWidth { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public required ViewContext ViewContext { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (string.IsNullOrEmpty(Photo)) return; // Razor passes "" for null.
        var url = ViewContext.HttpContext.Request.PathBase + Photo;
        output.Attributes.SetAttribute("src", url);
        output.Attributes.SetAttribute("srcset", string.Join(", ", Candidates(url)));
    }

    private IEnumerable<string> Candidates(string photo)
    {
        foreach (var width in PhotoNames.SmallerWidths.Reverse())
        {
            if (PhotoWidth is null || width < PhotoWidth) yield return Candidate(PhotoNames.UrlOf(photo, width), width);
        }

        if (PhotoWidth is { } largest) yield return Candidate(photo, largest);
    }

    private static string Candidate(string url, int width) => string.Create(CultureInfo.InvariantCulture, $"{url} {width}w");
}
