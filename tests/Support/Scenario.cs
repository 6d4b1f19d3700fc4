using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Dom;

namespace MarketChat.Tests.Support;

/// <summary>One request and what must be true of its answer, in Alba's words.</summary>
public sealed class Scenario
{
    private readonly List<Action<ScenarioResult>> _checks = [];
    private readonly List<(string Name, string Value)> _headers = [];
    private RequestExpression? _request;

    public RequestExpression Get => _request = new RequestExpression(HttpMethod.Get);
    public RequestExpression Post => _request = new RequestExpression(HttpMethod.Post);
    public RequestExpression Put => _request = new RequestExpression(HttpMethod.Put);

    public RequestExpression By(string method) => _request = new RequestExpression(new HttpMethod(method));

    public void WithRequestHeader(string name, string value) => _headers.Add((name, value));

    /// <summary>Asks as the page's script does.</summary>
    public void AsScript(string? token = null)
    {
        WithRequestHeader("Accept", "application/json");
        if (token is not null) WithRequestHeader("RequestVerificationToken", token);
    }

    public void StatusCodeShouldBe(int status) => _checks.Add(result => result.StatusCode.ShouldBe(status, result.ReadAsText()));

    public void StatusCodeShouldBeOk() => StatusCodeShouldBe(200);

    public void ContentShouldContain(string text) => _checks.Add(result => result.ReadAsText().ShouldContain(text));

    public void ContentShouldNotContain(string text) => _checks.Add(result => result.ReadAsText().ShouldNotContain(text));

    public void ShouldRedirectTo(string url) => _checks.Add(result =>
    {
        result.StatusCode.ShouldBeInRange(302, 303, result.ReadAsText());
        result.Location.ShouldBe(url);
    });

    public void HeaderShouldBe(string name, string value) => _checks.Add(result => result.Header(name).ShouldBe(value));

    internal HttpRequestMessage ToRequest()
    {
        var request = (_request ?? throw new InvalidOperationException("The scenario asks for nothing.")).ToMessage();
        foreach (var (name, value) in _headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    internal void Check(ScenarioResult result) => _checks.ForEach(check => check(result));
}

public sealed class RequestExpression(HttpMethod method)
{
    private readonly List<(string Field, string Value)> _fields = [];
    private readonly List<(string Field, byte[] Content, string FileName, string ContentType)> _files = [];
    private HttpContent? _content;
    private bool _multipart;
    private string _url = "/";

    public RequestExpression Url(string url)
    {
        _url = url;
        return this;
    }

    public RequestExpression ToUrl(string url) => Url(url);

    public RequestExpression FormData(IEnumerable<(string Field, string Value)> fields)
    {
        _fields.AddRange(fields);
        return this;
    }

    public RequestExpression FormData(params (string Field, string Value)[] fields) => FormData(fields.AsEnumerable());

    public RequestExpression File(string field, byte[] content, string fileName = "photo.jpg", string contentType = "image/jpeg")
    {
        _files.Add((field, content, fileName, contentType));
        return Multipart();
    }

    public RequestExpression Multipart(bool multipart = true)
    {
        _multipart = multipart;
        return this;
    }

    public RequestExpression Json<T>(T value) => Content(JsonContent.Create(value));

    public RequestExpression Content(HttpContent content)
    {
        _content = content;
        return this;
    }

    internal HttpRequestMessage ToMessage() => new(method, _url) { Content = method == HttpMethod.Get || method == HttpMethod.Head ? null : _content ?? Form() };

    private HttpContent Form()
    {
        if (!_multipart) return new FormUrlEncodedContent(_fields.Select(f => KeyValuePair.Create(f.Field, f.Value)));
        var form = new MultipartFormDataContent();
        foreach (var (field, value) in _fields) form.Add(new StringContent(value), field);
        foreach (var (field, bytes, fileName, contentType) in _files)
        {
            var file = new ByteArrayContent(bytes);
            file.Headers.ContentType = new(contentType);
            form.Add(file, field, fileName);
        }

        return form;
    }
}

/// <summary>An answer, read in full.</summary>
public sealed class ScenarioResult(HttpResponseMessage response, byte[] body)
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    public int StatusCode => (int)response.StatusCode;

    public string? Location => response.Headers.Location?.OriginalString;

    public byte[] Body => body;

    public string ReadAsText() => System.Text.Encoding.UTF8.GetString(body);

    public T ReadAsJson<T>() => JsonSerializer.Deserialize<T>(body, _json)!;

    public JsonElement ReadAsJson() => JsonDocument.Parse(body).RootElement;

    public IHtmlDocument ReadAsHtml() => Visitor.Parse(ReadAsText());

    public string? Header(string name) => HeaderLines(name) is { Count: > 0 } lines ? string.Join(", ", lines) : null;

    /// <summary>A header as often as it was sent.</summary>
    public IReadOnlyList<string> HeaderLines(string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? [.. values] : [];
}
