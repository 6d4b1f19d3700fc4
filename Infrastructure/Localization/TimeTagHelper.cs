using System.Globalization;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace MarketChat.Infrastructure.Localization;

/// <summary>
/// <c>&lt;time ago="@sent" /&gt;</c>, <c>&lt;time clock="@sent" /&gt;</c> and <c>&lt;time day="@sent" /&gt;</c>: a UTC time in the reader's
/// words, exact in <c>datetime</c> and <c>title</c>, and marked with <c>data-time</c> for the script that keeps it current.
/// </summary>
[HtmlTargetElement("time", Attributes = "ago", TagStructure = TagStructure.NormalOrSelfClosing)]
[HtmlTargetElement("time", Attributes = "clock", TagStructure = TagStructure.NormalOrSelfClosing)]
[HtmlTargetElement("time", Attributes = "day", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class TimeTagHelper(ReaderClock clock) : TagHelper
{
    public DateTime? Ago { get; set; }
    public DateTime? Clock { get; set; }
    public DateTime? Day { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var (kind, at, text) = (Ago, Clock, Day) switch
        {
            ({ } ago, _, _) => ("ago", ago, clock.Ago(ago)),
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
