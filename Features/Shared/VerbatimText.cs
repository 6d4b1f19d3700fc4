using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;

namespace MarketChat.Features.Shared;

/// <summary>
/// Text whose C1 control characters (U+0080 to U+009F) are written as they are instead of encoded. HTML parsers interpret references such
/// as &amp;#x85; as characters of Windows-1252 (HTML Living Standard, "numeric character reference end state"), which would change the
/// text.
/// </summary>
public sealed class VerbatimText(string text) : IHtmlContent
{
    public void WriteTo(TextWriter writer, HtmlEncoder encoder)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is < '\u0080' or > '\u009f') continue;
            encoder.Encode(writer, text, start, i - start);
            writer.Write(text[i]);
            start = i + 1;
        }

        encoder.Encode(writer, text, start, text.Length - start);
    }
}
