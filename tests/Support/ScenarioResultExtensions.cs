using System.Text.Json;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace MarketChat.Tests.Support;

/// <summary>Shortcuts to the parts of an <see cref="IScenarioResult"/>.</summary>
public static class ScenarioResultExtensions
{
    private static readonly HtmlParser _parser = new();

    extension(IScenarioResult result)
    {
        public int StatusCode => result.Context.Response.StatusCode;

        public string? Location => result.Header("Location");

        public byte[] Body => ((MemoryStream)result.Context.Response.Body).ToArray();

        public string? Header(string name) => result.HeaderLines(name) is { Count: > 0 } lines ? string.Join(", ", lines) : null;

        /// <summary>All values of a header, one for each time it was sent.</summary>
        public IReadOnlyList<string> HeaderLines(string name) => [.. result.Context.Response.Headers[name].OfType<string>()];

        public JsonElement ReadAsJson() => result.ReadAsJson<JsonElement>();

        public IHtmlDocument ReadAsHtml() => _parser.ParseDocument(result.ReadAsText());
    }
}
