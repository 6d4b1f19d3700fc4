using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace MarketChat.Features.Chat;

/// <summary>
/// Finds the URLs in a text; nothing else in the text becomes markup. wwwroot/js/linkify.js has the same rules. Both are tested with
/// tests/Cases/linkify.json.
/// <para>
/// A URL is linked only if its host is what a browser makes of it (https://url.spec.whatwg.org): a name with or without non-ASCII letters,
/// an IPv4 address in its usual form, or an IPv6 address; no user name before the host. The words that follow a host without a space do not
/// belong to it: "https://example.com입니다" ends after "com". Nor do punctuation, quotes and brackets of any script belong to a URL, unless
/// an opening bracket in it has its closing one. White space and direction marks end a URL.
/// </para>
/// </summary>
public static partial class Linkifier
{
    /// <summary>A part of a text, with its URL if it is a link.</summary>
    public readonly record struct TextSegment(string Text, string? Url);

    public static IEnumerable<TextSegment> Split(string text)
    {
        var from = 0;
        foreach (Match match in Candidate().Matches(text))
        {
            var url = FindUrl(match);
            if (url.Length == 0) continue;
            if (match.Index > from) yield return new TextSegment(text[from..match.Index], null);
            yield return new TextSegment(url, url);
            from = match.Index + url.Length;
        }

        if (from < text.Length) yield return new TextSegment(text[from..], null);
    }

    private static string FindUrl(Match candidate)
    {
        var (scheme, name, port, rest) = (candidate.Groups[1].Value, candidate.Groups[2].Value, candidate.Groups[3].Value,
            candidate.Groups[4].Value);
        var host = CutHost(name);
        if (!IsHost(host)) return "";
        if (host.Length < name.Length) return scheme + host;
        if (port.Length > 0 && !ushort.TryParse(port.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out _)) return "";
        return TrimEnd(scheme + name + port + CutAtUnmatchedBracket(rest));
    }

    // A name ends where a label changes from ASCII to another script, as no top-level domain does. But labels before the last one may do
    // so ("11번가.com"): in a name that ends in ASCII, the ASCII part has to look like a top-level domain itself.
    private static string CutHost(string name)
    {
        var change = OtherScript().IsMatch(name[(name.LastIndexOf('.') + 1)..]) ? AsciiThenOther() : DomainThenOther();
        return change.Matches(name).Select(match => name[..(match.Index + match.Length)])
            .FirstOrDefault(host => host.Contains('.') || !name.Contains('.')) ?? name;
    }

    private static bool IsHost(string host)
    {
        if (host.StartsWith('[')) return IPAddress.TryParse(host, out var address) && address.AddressFamily is AddressFamily.InterNetworkV6;
        if (EndsInNumber().IsMatch(host)) return Ipv4().IsMatch(host);
        if (!host.Contains("xn--", StringComparison.OrdinalIgnoreCase) && host.All(char.IsAscii)) return true;
        try
        {
            var idn = new IdnMapping();
            return idn.GetAscii(host) is var ascii && !EndsInNumber().IsMatch(ascii) && idn.GetUnicode(ascii).Length > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string CutAtUnmatchedBracket(string rest)
    {
        var open = new Stack<char>();
        for (var i = 0; i < rest.Length; i++)
        {
            if (rest[i] is '(') open.Push(')');
            else if (rest[i] is '[') open.Push(']');
            else if (rest[i] is '{') open.Push('}');
            else if (rest[i] is ')' or ']' or '}' && (!open.TryPop(out var closing) || closing != rest[i])) return rest[..i];
        }

        return rest;
    }

    private static string TrimEnd(string url) =>
        url.TrimEnd('.', ',', ':', ';', '!', '?', '*', '(', '[', '{', '·', '・', '\u200c', '\u200d');

    // Scheme, host, port, and the rest, which begins with "/", "?" or "#". A candidate with a user name does not match. \p{Cs}: characters
    // beyond U+FFFF, which JavaScript matches as \u{10000}-\u{10ffff}.
    [GeneratedRegex(
        @"([hH][tT][tT][pP][sS]?://)"
            + @"(\[[0-9a-fA-F:.]+\]|[\p{L}\p{M}\p{N}\p{So}\p{Cs}_-]{1,63}(?:\.[\p{L}\p{M}\p{N}\p{So}\p{Cs}_-]{1,63})*)"
            + @"(?!\.?[\p{L}\p{M}\p{N}\p{So}\p{Cs}\u200d_-])(?![^\s/?#<>""'`\\]*@)(:[0-9]+)?"
            + @"([/?#](?:[^\s<>""'`\\\p{Cc}\p{Cf}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}]"
            + @"|[\p{Cs}\u200c\u200d!#%&*,./:;?@()\[\]{}·・])*)?",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Candidate();

    // A character that is neither ASCII nor Latin with accents.
    [GeneratedRegex(@"[^\x00-\u024f\u1e00-\u1eff\p{M}.]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OtherScript();

    [GeneratedRegex(
        @"(?:^|\.)[^.\u0080-\uffff]*[a-zA-Z0-9](?=[_-]*[^\x00-\u024f\u1e00-\u1eff\p{M}.])",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex AsciiThenOther();

    [GeneratedRegex(
        @"\.[a-zA-Z]{2,}(?=[_-]*[^\x00-\u024f\u1e00-\u1eff\p{M}.])",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex DomainThenOther();

    [GeneratedRegex(@"(?:^|\.)(?:[0-9]+|0[xX][0-9a-fA-F]*)\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EndsInNumber();

    [GeneratedRegex(
        @"^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!\z)|\z)){4}\z",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ipv4();
}
