using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.FeatureManagement;

namespace MarketChat.Features.Chat.Search;

/// <summary>Redirects the chat list to the search page if the query string contains search terms and the feature is on.</summary>
public sealed class RedirectToSearchFilter(IFeatureManager flags) : IAsyncResourceFilter
{
    public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        var request = context.HttpContext.Request;
        var isSearch = request.Query.ContainsKey(SearchSetup.Key) && !request.Query.ContainsKey("handler");
        if (isSearch && await flags.IsEnabledAsync(SearchSetup.Flag))
        {
            context.Result = new LocalRedirectResult($"~{SearchSetup.Url}" + request.QueryString);
            return;
        }

        await next();
    }
}
