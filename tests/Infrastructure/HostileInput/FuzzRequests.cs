using System.Globalization;
using System.Text;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.HostileInput;

/// <summary>
/// Creates malformed requests: a route's own method, path, fields and headers, each now and then replaced by a value that is known to break
/// servers. The same seed creates the same requests.
/// </summary>
internal sealed class FuzzRequests(int seed)
{
    private const string Boundary = "----junk";

    private static readonly string[] _numbers =
    [
        "-1", "0", "00", "+1", " 1", "1 ", "1.5", "1,5", "1e3", "1e999", "0x10", "2147483647", "2147483648", "-2147483649",
        "9223372036854775807",
        "9223372036854775808", "-9223372036854775809", "99999999999999999999999999", "NaN", "Infinity", "-Infinity", "∞", "١٢٣", "１２", "",
        "null", "true", "[]", "{}",
        "639012345678901234-17", "9999999999999999999-1", "1-", "-", "--", "1-2-3",
    ];

    private static readonly string[] _texts =
    [
        "", " ", "\0", "a\0b", "\u0001\u0002\u001f\u007f", "\r\n", "\t\v\f", "\u0085\u2028\u2029", "\uFEFF", "\uFFFE\uFFFF", "\u202Eabc",
        "가", "👩‍👩‍👧‍👦", "e\u0301\u0323",
        "'; DROP TABLE Messages; --", "' OR 1=1 --", "$(id)", "`id`", "%s%n%x", "{0}", "${jndi:ldap://x}", "../../../etc/passwd",
        "..\\..\\", "<script>pwn()</script>",
        "\"><img src=x onerror=pwn()>", "javascript:pwn()", "//evil.example", "/\\evil.example", "~//evil.example", "undefined",
        "__proto__", "constructor", "CON", "NUL.jpg",
        "00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}", "zz", "on", "ko", "xx-XX",
    ];

    private static readonly string[] _brokenEscapes =
    [
        "%", "%%", "%2", "%zz", "%00", "a%00b", "%FF%FE", "%C3%28", "%ED%A0%80", "%F0%9F%98", "%E0%A4%A", "%0d%0aSet-Cookie:%20a=b",
        "%2e%2e%2f%2e%2e%2f", "%252e%252e", "+", "%20", "%u0041", "\x80\xff",
    ];

    private static readonly string[] _fields =
    [
        "payload", "clientId", "userName", "password", "confirmPassword", "title", "price", "free", "description", "photo", "FormId",
        "avatar", "removeAvatar", "language",
        "upTo", "returnUrl", "id", "handler", "after", "before", "version", "wait", "product", "q", "name", "status", "page", "area",
        "__RequestVerificationToken",
    ];

    private static readonly string[] _methods =
        ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "PROPFIND", "get", "A-B_C.D"];

    private static readonly string[] _contentTypes =
    [
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16",
        "application/x-www-form-urlencoded; charset=nonsense",
        $"multipart/form-data; boundary={Boundary}", "multipart/form-data", "multipart/form-data; boundary=",
        $"multipart/form-data; boundary={new string('b', 300)}",
        $"multipart/mixed; boundary={Boundary}", "application/json", "application/json; charset=utf-7", "text/plain", "text/xml",
        "image/jpeg", "/", ";;;", "a/b; c=\"",
    ];

    private static readonly string[] _headers =
    [
        "Accept-Language: ,,,;q=,", "Accept-Language: xx-YY-zz;q=9999999999", "Accept: */*;q=nonsense", "Accept: " + new string('a', 4000),
        "Range: bytes=9-1,-,--5",
        "Range: bytes=0-18446744073709551616", "If-None-Match: \"", "If-Modified-Since: yesterday", "Sec-Fetch-Site: nonsense",
        "Sec-Fetch-Dest: \u00ff\u00fe",
        "Accept-Encoding: gzip;q=2, br;q=-1, zstd", "X-Forwarded-For: 1.2.3.4.5, ,:::", "X-Forwarded-Proto: javascript",
        "Expect: 200-maybe", "Upgrade: websocket",
        "Cookie: market-session=nonsense; market-language=c=xx|uic=%00; .AspNetCore.Mvc.CookieTempDataProvider=AAAA", "Cookie: ;;;=;==",
        "Referer: http://[::", "Origin: null",
        "Cookie: market-antiforgery=x; market-zone=../../etc/localtime", "Content-Encoding: gzip", "Traceparent: 00-zz-zz-zz",
        "Baggage: a=b,,,c",
    ];

    private readonly Random _random = new(seed);

    /// <summary>A request to <paramref name="route"/> for a conversation, with the given cookie header and antiforgery token.</summary>
    public (byte[] Bytes, bool IsCutOff) Request(AppRoute route, Conversation talk, string host, string cookies, string token)
    {
        var (type, body) = Body(talk);
        var cutOff = body.Length > 0 && Rarely(12);
        var method = Rarely(10) ? One(_methods) : route.Method;
        var request = new StringBuilder($"{method} {Path(route, talk)} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        if (!Rarely(8)) request.Append($"Cookie: {cookies}\r\n");
        if (!Rarely(8)) request.Append($"RequestVerificationToken: {(Rarely(10) ? One(_texts).Split('\0', '\r', '\n')[0] : token)}\r\n");
        if (Rarely(2)) request.Append("Accept: application/json\r\n");
        if (Rarely(3)) request.Append(One(_headers)).Append("\r\n");
        if (Rarely(60)) request.Append($"X-Huge: {new string('h', 40_000)}\r\n");
        if (Rarely(60)) request.Append(string.Concat(Enumerable.Range(0, 150).Select(i => $"X-{i}: y\r\n")));
        if (Rarely(80)) request.Append("No colon at all\r\n");
        if (body.Length > 0 || Rarely(4)) request.Append($"Content-Type: {type}\r\n{(cutOff ? MoreThan(body) : Length(body))}");
        return ([.. Bytes(request.Append("\r\n").ToString()), .. body], cutOff);
    }

    private string MoreThan(byte[] body) => Rarely(2) ? $"Content-Length: {body.Length + 100}\r\n" : "Transfer-Encoding: chunked\r\n";

    private string Length(byte[] body) => _random.Next(30) switch
    {
        0 => "Content-Length: -1\r\n",
        1 => "Content-Length: 18446744073709551616\r\n",
        _ => $"Content-Length: {body.Length}\r\n",
    };

    private string Path(AppRoute route, Conversation talk)
    {
        var path = Rarely(3) ? route.Path.Replace("{id:int}", One([.. _numbers.Select(Escape), .. _brokenEscapes])) : route.UrlIn(talk);
        path = path.Replace("{status:int?}", Escape(One(_numbers))).Replace("{name}", Escape(One(_texts)))
            .Replace("{static-asset}", $"js/{Escape(One(_texts))}");
        if (Rarely(30)) path += "/" + One(_brokenEscapes);
        var query = Query(route, talk);
        return query.Length == 0 ? path.Replace(' ', '+') : path.Replace(' ', '+') + (path.Contains('?') ? "&" : "?") + query;
    }

    private string Query(AppRoute route, Conversation talk)
    {
        if (Rarely(100)) return new string('q', 9_000);
        if (Rarely(50)) return string.Join('&', Enumerable.Range(0, 700).Select(i => $"a{i}=1"));
        if (Rarely(12) && !route.Path.Contains("handler"))
        {
            return $"handler={Escape(One([.. _texts, "Messages", "Read", "History", "Rooms", "messages "]))}";
        }

        return string.Join('&', Enumerable.Range(0, _random.Next(4)).Select(_ => Pair(talk)));
    }

    private (string Type, byte[] Body) Body(Conversation talk) => _random.Next(10) switch
    {
        0 => (One(_contentTypes), []),
        1 => (One(_contentTypes), Noise(_random.Next(300))),
        2 =>
            (One(_contentTypes), Bytes(
                One(["{", "{\"payload\":\"a\"}", "[[[[[[[[", "null", "\"\\ud800\"", string.Concat(Enumerable.Repeat("{\"a\":", 200))]))),
        3 or 4 => ($"multipart/form-data; boundary={Boundary}", Multipart(talk)),
        5 => (One(_contentTypes), Form(talk)),
        _ => ("application/x-www-form-urlencoded", Form(talk)),
    };

    private byte[] Form(Conversation talk) => Rarely(60)
        ? Bytes(string.Join('&', Enumerable.Range(0, 1_100).Select(i => $"k{i}=v")))
        : Bytes(string.Join('&', Enumerable.Range(0, 1 + _random.Next(8)).Select(_ => Pair(talk))));

    private byte[] Multipart(Conversation talk)
    {
        var parts = Enumerable.Range(0, 1 + _random.Next(6)).SelectMany(_ =>
        {
            var file = Rarely(3) ? $"; filename=\"{One(_texts).Replace("\r\n", "")}\"" : "";
            return (byte[])[.. Bytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{One(_fields)}\"{file}\r\n\r\n"),
                .. Rarely(3) ? Noise(40) : Bytes(Value(talk)), .. Bytes("\r\n")];
        });
        byte[] whole = [.. parts, .. Bytes($"--{Boundary}--\r\n")];
        return Rarely(3) ? whole[.._random.Next(whole.Length)] : whole; // Truncated at any position.
    }

    private string Pair(Conversation talk)
    {
        var field = One(_fields);
        var index = Rarely(10) ? One(["[]", "[0]", ".x", "[a]", ".Length", "%00", "[999999999]"]) : "";
        var pair = $"{field}{index}={(Rarely(4) ? One(_brokenEscapes) : Escape(Value(talk)))}";
        return Rarely(10) ? $"{pair}&{pair}" : pair;
    }

    private string Value(Conversation talk) => _random.Next(6) switch
    {
        0 or 1 => One(_numbers),
        2 or 3 => One(_texts),
        4 => talk.RoomId.ToString(CultureInfo.InvariantCulture),
        _ => new string((char)_random.Next(32, 0xd7ff), 1 << _random.Next(13)),
    };

    private byte[] Noise(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private bool Rarely(int oneIn) => _random.Next(oneIn) == 0;

    private T One<T>(IReadOnlyList<T> among) => among[_random.Next(among.Count)];

    private static string Escape(string text) => Uri.EscapeDataString(text);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
