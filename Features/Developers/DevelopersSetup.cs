using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Developers;

public static class DevelopersSetup
{
    /// <summary>Pages for those who build the app: outside Development they have no route.</summary>
    public static void AddDevelopers(this WebApplicationBuilder builder)
    {
        if (builder.Environment.IsDevelopment()) return;
        builder.Services.Configure<RazorPagesOptions>(options =>
            options.Conventions.AddFolderRouteModelConvention("/Developers", page => page.Selectors.Clear()));
    }
}
