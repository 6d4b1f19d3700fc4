using Microsoft.AspNetCore.Http;

namespace MarketChat.Tests.Support;

/// <summary>A form with repeated fields or files, which Alba's <c>FormData(Dictionary)</c> does not support.</summary>
public sealed class FormExpression
{
    private readonly Scenario _scenario;
    private readonly List<(string Field, string Value)> _fields = [];
    private readonly List<(string Field, byte[] Content, string FileName, string ContentType)> _files = [];
    private bool _multipart;

    internal FormExpression(Scenario scenario)
    {
        _scenario = scenario;
        scenario.Content(ToContent);
    }

    public FormExpression Form(params IEnumerable<(string Field, string Value)> fields)
    {
        _fields.AddRange(fields);
        return this;
    }

    public FormExpression File(string field, byte[] content, string fileName = "photo.jpg", string contentType = "image/jpeg")
    {
        _files.Add((field, content, fileName, contentType));
        return Multipart();
    }

    public FormExpression Multipart(bool multipart = true)
    {
        _multipart = multipart;
        return this;
    }

    /// <summary>Unlike <see cref="SendExpression.ToUrl"/>, accepts a URL with a query.</summary>
    public FormExpression ToUrl(string url)
    {
        ((IUrlExpression)_scenario).Url(url);
        return this;
    }

    private HttpContent ToContent()
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
