using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MarketChat.Bench;

/// <summary>A Razor Pages app as the project template creates it, with one page.</summary>
public static class BarePages
{
    public const string Argument = "pages";

    public static async Task RunAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.ClearProviders();
        builder.Services.AddRazorPages().ConfigureApplicationPartManager(parts =>
        {
            foreach (
                var other in parts.ApplicationParts.Where(part => part.Name != Assembly.GetExecutingAssembly().GetName().Name).ToList())
            {
                parts.ApplicationParts.Remove(other);
            }
        });
        var app = builder.Build();
        app.UseRouting();
        app.UseAuthorization();
        app.MapRazorPages();
        await app.RunAsync();
    }
}
