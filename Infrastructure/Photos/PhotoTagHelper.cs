using System.Globalization;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace MarketChat.Infrastructure.Photos;

/// <summary>
/// <c>&lt;img photo="@url" photo-width="1200" sizes="44px"&gt;</c>: a stored photo in the widths that there are. The browser takes the one
/// that fits, so <c>sizes</c> must say how wide the picture is drawn before it is cropped. Without <c>photo-width</c>, the largest is not
/// among them: for pictures that are always small.
/// </summary>
[HtmlTargetElement("img", Attributes = "photo", TagStructure = TagStructure.WithoutEndTag)]
public sealed class PhotoTagHelper : TagHelper
{
    /// <summary>The largest photo's address; null leaves both attributes out, as in a template for a script.</summary>
    public string? Photo { get; set; }

    /// <summary>Its width in pixels, where it is known.</summary>
    public int? PhotoWidth { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (string.IsNullOrEmpty(Photo)) return; // Razor gives an empty text for null.
        output.Attributes.SetAttribute("src", Photo);
        output.Attributes.SetAttribute("srcset", string.Join(", ", Candidates(Photo)));
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
