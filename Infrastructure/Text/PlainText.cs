using System.Text;

namespace MarketChat.Infrastructure.Text;

/// <summary>The form in which text that users type is stored.</summary>
public static class PlainText
{
    private const char ByteOrderReversed = '\ufffe'; // string.Normalize throws on this noncharacter.

    /// <summary>Whether every database engine can store the text unchanged: it contains no NUL and no unpaired surrogate.</summary>
    public static bool IsWellFormed(this string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || char.IsLowSurrogate(text[i])) return false;
            if (!char.IsHighSurrogate(text[i])) continue;
            if (++i == text.Length || !char.IsLowSurrogate(text[i])) return false;
        }

        return true;
    }

    /// <summary>
    /// Returns the text as it is stored: trimmed, in NFC (UAX #15), with every kind of line break as "\n". Some devices send
    /// Hangul as separate jamo; in NFC it is the same text as from other devices.
    /// </summary>
    public static string NormalizeInput(string? typed) =>
        (typed ?? "").Replace("\r\n", "\n").Replace('\r', '\n').Trim().NormalizeTo(NormalizationForm.FormC);

    /// <summary>Returns the text in a normalization form; text that is not <see cref="IsWellFormed">well-formed</see> as it is.</summary>
    public static string NormalizeTo(this string text, NormalizationForm form)
    {
        if (!text.IsWellFormed()) return text;
        return text.Contains(ByteOrderReversed)
            ? string.Join(ByteOrderReversed, text.Split(ByteOrderReversed).Select(part => part.Normalize(form)))
            : text.Normalize(form);
    }
}
