using System.Net;
using Microsoft.Net.Http.Headers;

namespace MarketChat.Tests.Support;

/// <summary>Keeps cookies as a browser does, and follows no redirect, so that a test sees each answer.</summary>
public sealed class CookieJar : DelegatingHandler
{
    public CookieContainer Cookies { get; } = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var header = Cookies.GetCookieHeader(request.RequestUri!);
        if (header.Length > 0) request.Headers.Add(HeaderNames.Cookie, header);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.Headers.TryGetValues(HeaderNames.SetCookie, out var cookies))
        {
            foreach (var cookie in cookies) Cookies.SetCookies(request.RequestUri!, cookie);
        }

        return response;
    }
}
