using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Infrastructure.Http;

/// <summary>
/// Marks a page handler, or every handler of a page, as a poll: a request that a timer sends, rather than something that the user does.
/// Polls do not extend the session, may be held, and are logged at Debug.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class PollAttribute : Attribute;

/// <summary>Marks a page handler, or every handler of a page, as one for scripts: it answers JSON, and so do its errors.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class AnswersJsonAttribute : Attribute;

/// <summary>
/// Endpoint metadata about the handlers of a Razor page. Routing selects a page; which of its handlers runs depends on the method and on
/// <c>?handler=</c>. With this, middleware knows it before the page is executed.
/// </summary>
public sealed class PageHandlers(IEnumerable<PageHandlerModel> handlers, ICollection<object> pageAttributes)
{
    private readonly List<PageHandler> _handlers =
    [
        .. from handler in handlers
           let attributes = handler.Attributes.Concat(pageAttributes).ToList()
           select new PageHandler(
               handler.HttpMethod, handler.HandlerName ?? "", attributes.OfType<PollAttribute>().Any(),
               attributes.OfType<AnswersJsonAttribute>().Any()),
    ];

    /// <returns>Null when no handler has this method and name; then Razor Pages runs another handler or none.</returns>
    public PageHandler? Find(string method, string? name)
    {
        foreach (var handler in _handlers)
        {
            if (string.Equals(handler.HttpMethod, method, StringComparison.OrdinalIgnoreCase)
                && string.Equals(handler.Name, name ?? "", StringComparison.OrdinalIgnoreCase))
            {
                return handler;
            }
        }

        return null;
    }

    /// <summary>The methods of all handlers, for the header Allow. A page without a handler for GET renders itself.</summary>
    public string AllowedMethods => string.Join(", ",
        _handlers.Select(handler => handler.HttpMethod.ToUpperInvariant()).Prepend(HttpMethods.Head).Prepend(HttpMethods.Get).Distinct());

    /// <summary>Whether the page answers a request with this method and <c>?handler=</c>.</summary>
    public bool Allows(string method, string? name) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || Find(method, name) is not null || Find(method, "") is not null;

    /// <summary>The convention that adds this metadata to every page.</summary>
    public static void AddTo(PageApplicationModel page) =>
        page.EndpointMetadata.Add(new PageHandlers(page.HandlerMethods, [.. page.HandlerTypeAttributes]));
}

/// <summary>A handler of a page, and what its attributes say.</summary>
/// <param name="Name">As in <c>?handler=</c>; empty for the default handler.</param>
public sealed record PageHandler(string HttpMethod, string Name, bool IsPoll, bool AnswersJson);
