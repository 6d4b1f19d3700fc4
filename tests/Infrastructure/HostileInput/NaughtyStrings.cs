namespace MarketChat.Tests.Infrastructure.HostileInput;

/// <summary>
/// Texts that often break software, similar to the Big List of Naughty Strings (https://github.com/minimaxir/big-list-of-naughty-strings).
/// </summary>
internal static class NaughtyStrings
{
    public static readonly string[] All =
    [
        // Empty or almost empty.
        "", " ", "   ", "\t", "\n", "\r\n", "\u00a0", "\u3000", "\u200b", "\u2060", "\u00ad", "\ufeff", "\u180e", "\u115f\u1160", "\u3164",
        "\uffa0", "\u2800", ".", "..", "-", "_", "''", "\"\"",

        // Words with a special meaning in some language or format.
        "null", "NULL", "undefined", "nil", "None", "true", "false", "NaN", "Infinity", "-Infinity", "constructor", "__proto__",
        "hasOwnProperty", "toString", "then", "System.Object",
        "admin", "root", "CON", "PRN", "NUL", "LPT1", "COM1", "desktop.ini", "Scunthorpe", "Null Jr", "javascript", "undefined undefined",
        "[object Object]", "#REF!", "Dr. No",

        // Numbers and texts that look like numbers.
        "0", "-0", "1/0", "0.1e-400", "1e1000", "0x0", "0xffffffffffffffff", "2147483648", "9223372036854775808", "-9223372036854775809",
        "1,000", "1.000,00", "１２３", "٠١٢٣", "½", "²", "۱۲۳", "0b10", "08", "09", "1_000", "--1",

        // Quotes, with injections for the languages that use them.
        "'", "\"", "`", "\\", "\\\\", "\\'", "'; DROP TABLE \"Messages\"; --", "' OR '1'='1", "1; SELECT pg_sleep(9)",
        "') UNION SELECT name FROM sqlite_master --", "%27%20OR%201", "$(touch /tmp/pwned)", "`id`", "| cat /etc/passwd", "&& shutdown",
        "; rm -rf /", "%x%n%s%p", "%d", "{0}", "{{0}}", "{", "}", "{0:D1000}", "{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "@(1+1)",
        "@Model", "@@", "${jndi:ldap://a/b}", "=1+1", "+1", "-1+1|cmd", "@SUM(1)",

        // Paths and URLs.
        "/", "//", "../../../../etc/passwd", "..\\..\\windows\\win.ini", "file:///etc/passwd", "C:\\", "~", "~/", "/dev/null", "http://",
        "https://a", "https://a.example/?q=1&amp;b=2#c", "http://[::1]/", "https://user:pw@example.com", "mailto:a@b.c",
        "javascript:pwn()", "data:text/html,hi", "https://example.com/한글?키=값", "https://example.com).", "//evil.example",
        "https://xn--0-8fa.example/",

        // Markup and unfinished markup.
        "<", ">", "<>", "&", "&amp;", "&lt;b&gt;", "&#x0;", "&#65;", "&nosuch;", "<b>bold</b>", "<!-- comment", "--><b>", "]]>",
        "<![CDATA[x]]>", "<?xml?>", "</textarea>", "</title>", "</script>", "<script>pwn()</script>", "<img src=x onerror=pwn()>",
        "\" autofocus onfocus=pwn() x=\"",

        // Control characters that every engine treats as text.
        "a\u0001b", "a\u0008b", "a\u000bb", "a\u000cb", "a\u001bb", "a\u001fb", "a\u007fb", "a\u0080b", "a\u0085b", "a\u0092b", "a\u009fb",
        "line\rbreak", "line\r\nbreak", "line\nbreak", "\n\nlines\n\n", "a\u2028b", "a\u2029b", "tab\tbed", "a  b   c",

        // Noncharacters, private use characters, and the last characters of planes.
        "a\ufffdb", "a\ufffeb", "a\uffffb", "a\ufdd0b", "\ue000", "\U0001fffe", "\U0002ffff", "\U000f0000", "\U0010ffff", "\U000e0001",
        "\U000e0041\U000e007f",

        // Text direction.
        "עברית", "العربية", "abc\u202edef", "\u202eevil\u202c", "\u2066iso\u2069lated", "\u200fmark", "\u061cletter", "abc עברית def",
        "مرحبا 123 abc", "\u202d\u202e\u202d",

        // Combining marks.
        "e\u0301", "\u00e9", "o\u0323\u0302", "\u1ed9",
        "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035a\u032f\u031e\u0320\u034dA"
            + "\u036b\u0357\u0334\u0362\u0335\u031c\u0330\u0354L\u0368\u0367\u0369\u0358\u0320G\u0311\u0357\u030e\u0305\u035b"
            + "\u0341\u0334\u033b\u0348\u034d\u0354\u0339O\u0342\u030c\u030c\u0358\u0328\u0335\u0339\u033b\u031d\u0333",
        "\u0300", "a\u034fb", "\u0e01\u0e33\u0e4d", "\u1100\u1161\u11a8", "각", "ㅋㅋㅋ", "가\u302e", "\u0915\u094d\u0937", "ﷺ", "ﬃ", "ǆ",
        "Å\u212b", "\u2126Ω",

        // Characters with irregular case mappings.
        "ß", "ẞ", "İstanbul", "ıI", "ŉ", "ΌΣΟΣ", "ſ", "K\u212a", "Ⅷ", "Ａｌｉｃｅ", "аlice", "𝒜𝓁𝒾𝒸𝑒", "ⓐⓑⓒ", "ａ", "𐐨𐐀", "ꭰᎠ",

        // Emoji, from simple to composed.
        "😀", "👩‍👩‍👧‍👦", "🧑🏽‍🚀", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "🇰🇷🇰", "1️⃣", "☺︎☺️", "❤️‍🔥",
        "👍🏿👍🏻", "🫠🪿", "🈁🈶", "©️®️™",

        // Scripts from many planes.
        "漢字仮名交じり文", "𠀀𠮷野家", "𪚥𫝀", "ไทย", "தமிழ்", "ქართული", "አማርኛ", "ᚠᚢᚦ", "𓀀𓁹", "𝄞♪", "𐍈", "ᠮᠣᠩᠭᠣᠯ", "བོད", "ꯃꯤꯇꯩ", "𞤀𞤣",
        "にほんご　全角", "Ｆｕｌｌ　Ｗｉｄｔｈ", "Tiếng Việt", "ᎣᏏᏲ", "🀄🂡", "⠠⠃", "∀x∈ℝ", "𝔘𝔫𝔦", "ʇxǝʇ", "ٱلسَّلَامُ",
    ];
}
