using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Developers;

public static class DevelopersSetup
{
    /// <summary>Restricts the pages for developers to the Development environment; elsewhere they have no route.</summary>
    public static void AddDevelopers(this WebApplicationBuilder builder)
    {
        if (builder.Environment.IsDevelopment()) return;
        builder.Services.Configure<RazorPagesOptions>(options =>
            options.Conventions.AddFolderRouteModelConvention("/Developers", page => page.Selectors.Clear()));
    }
}
