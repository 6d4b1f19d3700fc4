using System.Diagnostics;
using System.Net;
using MarketChat.Tests.Support;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace MarketChat.Tests.Browser;

/// <summary>
/// The app on a real port of this machine, for browsers and for behaviour that only Kestrel has. Its clock follows the machine's clock,
/// which browsers use; tests may advance it further.
/// </summary>
public sealed class KestrelHost : MarketHost
{
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(20);

    private readonly KestrelFactory _app;
    private readonly Lock _clockLock = new();
    private readonly Timer _timer;
    private long _lastTick = Stopwatch.GetTimestamp();

    public KestrelHost()
    {
        _app = new(ConfigureWebHost);
        Clock.AutoAdvanceAmount = TimeSpan.Zero;
        _timer = new(_ => FollowSystemClock(), null, _tick, _tick);
    }

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

    protected override void Stop()
    {
        _app.Dispose();
        _timer.Dispose();
    }

    private void FollowSystemClock()
    {
        lock (_clockLock)
        {
            var now = Stopwatch.GetTimestamp();
            Clock.Advance(Stopwatch.GetElapsedTime(_lastTick, now));
            _lastTick = now;
        }
    }

    private sealed class KestrelFactory : WebApplicationFactory<Program>
    {
        private readonly Action<IWebHostBuilder> _configure;

        public KestrelFactory(Action<IWebHostBuilder> configure)
        {
            _configure = configure;
            // A port passed to UseKestrel itself may be set only after the app has started.
            UseKestrel(options => options.Listen(IPAddress.Loopback, port: 0));
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder) => _configure(builder);
    }
}
