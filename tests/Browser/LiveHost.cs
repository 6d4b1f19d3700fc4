using System.Net;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Browser;

/// <summary>The app on a real port of this machine, for browsers.</summary>
public sealed class LiveHost : MarketHost
{
    // A port given to UseKestrel is set when the app may have started already.
    public LiveHost() => UseKestrel(options => options.Listen(IPAddress.Loopback, port: 0));

    public string Url
    {
        get
        {
            StartServer();
            return ClientOptions.BaseAddress.GetLeftPart(UriPartial.Authority);
        }
    }

    protected override HttpClient Connect(CookieJar jar)
    {
        jar.InnerHandler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        return new HttpClient(jar) { BaseAddress = new Uri(Url) };
    }
}
