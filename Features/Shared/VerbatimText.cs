using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;

namespace MarketChat.Features.Shared;

/// <summary>
/// Text that a page shows to the letter. A parser of HTML takes references such as &amp;#x85; for characters of Windows-1252 (HTML
/// Living Standard, "numeric character reference end state"), so these controls are written as themselves.
/// </summary>
public sealed class VerbatimText(string text) : IHtmlContent
{
    public void WriteTo(TextWriter writer, HtmlEncoder encoder)
    {
        var from = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is < '\u0080' or > '\u009f') continue;
            encoder.Encode(writer, text, from, i - from);
            writer.Write(text[i]);
            from = i + 1;
        }

        encoder.Encode(writer, text, from, text.Length - from);
    }
}
