using Microsoft.AspNetCore.Mvc.Filters;

namespace MarketChat.Infrastructure.Http;

/// <summary>Pages differ from person to person and from second to second: no cache keeps one.</summary>
public sealed class NoStoreFilter : IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context) => context.HttpContext.Response.Headers.CacheControl = "no-store";

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
