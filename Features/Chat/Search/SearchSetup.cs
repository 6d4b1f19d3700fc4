using MarketChat.Features.Shared;
using MarketChat.Infrastructure.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Chat.Search;

/// <summary>Searching one's own chats. The index is kept current also while the flag is off, so that switching it on needs nothing.</summary>
public static class SearchSetup
{
    public const string Flag = "ChatSearch";

    public const string Key = "q";

    public static IServiceCollection AddChatSearch(this IServiceCollection services) => services
        .AddScoped<SearchQuery>()
        .AddToSlot(ChatSlots.ListTop, "~/Features/Chat/Search/_SearchBox.cshtml", Flag)
        .Configure<RazorPagesOptions>(options => options.Conventions.AddPageRouteModelConvention("/Chat/Search/Search", page =>
        {
            foreach (var selector in page.Selectors) selector.ActionConstraints.Add(new OnlyWithQuery(Key)); // The route is the list's, too.
        }));
}
