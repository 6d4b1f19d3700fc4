using System.Net;
using MarketChat.Tests.Support;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace MarketChat.Tests.Browser;

/// <summary>The app on a real port of this machine, for browsers and for what only Kestrel does.</summary>
public sealed class LiveHost : MarketHost
{
    private readonly KestrelFactory _app;

    public LiveHost() => _app = new(ConfigureWebHost);

    public string Url => Address.GetLeftPart(UriPartial.Authority);

    public override IServiceProvider Services => _app.Services;

    public override IAlbaHost Alba => RemoteServer.Host;

    public override Uri Address
    {
        get
        {
            _app.StartServer();
            return _app.ClientOptions.BaseAddress;
        }
    }

    protected override void Stop() => _app.Dispose();

    private sealed class KestrelFactory : WebApplicationFactory<Program>
    {
        private readonly Action<IWebHostBuilder> _configure;

        public KestrelFactory(Action<IWebHostBuilder> configure)
        {
            _configure = configure;
            UseKestrel(options => options.Listen(IPAddress.Loopback, port: 0)); // A port given to UseKestrel itself is set when the app may have started already.
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder) => _configure(builder);
    }
}
