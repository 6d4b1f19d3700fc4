using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MarketChat.Tests.Support;

/// <summary>
/// An Alba host that forwards each request to the server named by its Host header, so that scenarios work with a server on a socket as with
/// a server in this process.
/// </summary>
public static class RemoteServer
{
    private static readonly HttpMessageInvoker _sockets = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    private static readonly Lazy<IAlbaHost> _host =
        new(() => Task.Run(() => AlbaHost.For(WebApplication.CreateEmptyBuilder(new()), app => app.Run(Forward))).GetAwaiter().GetResult());

    public static IAlbaHost Host => _host.Value;

    private static async Task Forward(HttpContext context)
    {
        using var request = ToMessage(context.Request);
        using var response = await _sockets.SendAsync(request, context.RequestAborted);
        // Makes a truncated response an exception.
        await response.Content.LoadIntoBufferAsync(context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            if (name != HeaderNames.TransferEncoding) context.Response.Headers[name] = values.ToArray();
        }

        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static HttpRequestMessage ToMessage(HttpRequest from)
    {
        var url = $"{from.Scheme}://{from.Host}{from.Path.ToUriComponent()}{from.QueryString}";
        var message = new HttpRequestMessage(new HttpMethod(from.Method), url);
        if (!HttpMethods.IsGet(from.Method) && !HttpMethods.IsHead(from.Method)) message.Content = new StreamContent(from.Body);
        foreach (var (name, values) in from.Headers)
        {
            if (name == HeaderNames.ContentLength || name == HeaderNames.Host) continue; // Both are derived from the message itself.
            if (message.Headers.TryAddWithoutValidation(name, values.AsEnumerable())) continue;
            message.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        return message;
    }
}
