using System.Net;
using Microsoft.Net.Http.Headers;

namespace MarketChat.Tests.Support;

/// <summary>Keeps cookies as a browser does, and follows no redirect, so that a test sees each answer.</summary>
public sealed class CookieJar(CookieContainer cookies) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var header = cookies.GetCookieHeader(request.RequestUri!);
        if (header.Length > 0) request.Headers.Add(HeaderNames.Cookie, header);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.Headers.TryGetValues(HeaderNames.SetCookie, out var given))
        {
            foreach (var cookie in given) cookies.SetCookies(request.RequestUri!, cookie);
        }

        return response;
    }
}
