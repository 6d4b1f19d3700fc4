using Microsoft.AspNetCore.Mvc;

namespace MarketChat.Infrastructure.Http;

public static class UrlExtensions
{
    /// <summary>
    /// The URL of a path of the app ("/photos/1.webp"): with the base path in front if the app runs under one ("/market/photos/1.webp").
    /// </summary>
    public static string? AppUrl(this IUrlHelper url, string? path) => path is null ? null : url.Content($"~{path}");
}
