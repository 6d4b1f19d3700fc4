using System.Globalization;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace MarketChat.Infrastructure.Localization;

/// <summary>
/// Renders <c>&lt;time relative="@utc" /&gt;</c>, <c>&lt;time clock="@utc" /&gt;</c> and <c>&lt;time day="@utc" /&gt;</c>: a UTC time as
/// localized text, with the exact time in <c>datetime</c> and <c>title</c>. The attribute <c>data-time</c> marks the element for the script
/// that keeps the text current (wwwroot/js/times.js).
/// </summary>
[HtmlTargetElement("time", Attributes = "relative", TagStructure = TagStructure.NormalOrSelfClosing)]
[HtmlTargetElement("time", Attributes = "clock", TagStructure = TagStructure.NormalOrSelfClosing)]
[HtmlTargetElement("time", Attributes = "day", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class TimeTagHelper(UserTimeFormatter formatter) : TagHelper
{
    public DateTime? Relative { get; set; }
    public DateTime? Clock { get; set; }
    public DateTime? Day { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var (kind, at, text) = (Relative, Clock, Day) switch
        {
            ({ } sent, _, _) => ("relative", sent, formatter.FormatRelative(sent)),
            (_, { } sent, _) => ("clock", sent, formatter.TimeOfDay(sent)),
            (_, _, { } day) => ("day", day, formatter.DayName(day)),
            _ => ("", default, ""),
        };
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("data-time", kind);
        output.Attributes.SetAttribute("datetime", at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        output.Attributes.SetAttribute("title", formatter.Exact(at));
        output.Content.SetContent(text);
    }
}
