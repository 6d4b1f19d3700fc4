using System.Globalization;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace MarketChat.Infrastructure.Localization;

/// <summary>
/// <c>&lt;time relative="@sent" /&gt;</c>, <c>&lt;time clock="@sent" /&gt;</c> and <c>&lt;time day="@sent" /&gt;</c>: a UTC time in the
/// reader's
/// words, exact in <c>datetime</c> and <c>title</c>, and marked with <c>data-time</c> for the script that keeps it current.
/// </summary>
[HtmlTargetElement("time", Attributes = "relative", TagStructure = TagStructure.NormalOrSelfClosing)]
[HtmlTargetElement("time", Attributes = "clock", TagStructure = TagStructure.NormalOrSelfClosing)]
[HtmlTargetElement("time", Attributes = "day", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class TimeTagHelper(UserTimeFormatter clock) : TagHelper
{
    public DateTime? Relative { get; set; }
    public DateTime? Clock { get; set; }
    public DateTime? Day { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var (kind, at, text) = (Relative, Clock, Day) switch
        {
            ({ } sent, _, _) => ("relative", sent, clock.FormatRelative(sent)),
            (_, { } sent, _) => ("clock", sent, clock.TimeOfDay(sent)),
            (_, _, { } day) => ("day", day, clock.DayName(day)),
            _ => ("", default, ""),
        };
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("data-time", kind);
        output.Attributes.SetAttribute("datetime", at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        output.Attributes.SetAttribute("title", clock.Exact(at));
        output.Content.SetContent(text);
    }
}
