using MarketChat.Features.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Chat.Search;

/// <summary>
/// Search in the user's own chats. The index is maintained even while the flag is off, so that turning it on needs no rebuild.
/// </summary>
public static class SearchSetup
{
    public const string Flag = "ChatSearch";

    public const string Key = "q";

    public const string Url = "/chat/search";

    public static IServiceCollection AddChatSearch(this IServiceCollection services) => services
        .AddScoped<SearchQuery>()
        .AddToSlot(ChatSlots.ListTop, "~/Features/Chat/Search/_SearchBox.cshtml", Flag)
        .Configure<RazorPagesOptions>(options => options.Conventions.AddPageApplicationModelConvention(
            ChatSlots.ListPage, page => page.Filters.Add(new TypeFilterAttribute<RedirectToSearchFilter>())));
}
