using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using Microsoft.Extensions.Options;
using WebPush = Lib.Net.Http.WebPush;

namespace MarketChat.Infrastructure.Push;

/// <summary>A message to one browser.</summary>
/// <param name="Topic">Up to 32 characters of base64url. A message replaces an undelivered one with the same topic.</param>
/// <param name="IsUrgent">Whether the message wakes up a sleeping phone.</param>
public sealed record PushMessage(byte[] Content, string Topic, TimeSpan TimeToLive, bool IsUrgent);

/// <summary>The outcome of sending a message.</summary>
public enum PushOutcome
{
    Accepted,

    /// <summary>The subscription has expired, or its endpoint is not allowed: do not use it again.</summary>
    Expired,

    /// <summary>The service is unavailable, or asks to slow down.</summary>
    RetryLater,

    /// <summary>
    /// The service refuses the subscription, or the signature of the app. The browser has to subscribe again, unless the fault is a
    /// passing one of the app, such as a wrong clock.
    /// </summary>
    Refused,

    /// <summary>The service rejects this message because of its size.</summary>
    TooLarge,
}

/// <summary>The outcome of sending a message.</summary>
/// <param name="RetryAfter">How long the service asks to wait.</param>
public sealed record PushResult(PushOutcome Outcome, TimeSpan? RetryAfter = null);

/// <summary>
/// Sends messages to push services (RFC 8030, section 5), encrypted and signed by <see cref="WebPush.PushServiceClient"/>. Endpoints
/// come from browsers, so an attacker can choose them: a request follows no redirect and no proxy, and connects to public addresses only.
/// They are checked on connect, because a public name may resolve to an internal address by then ("DNS rebinding"). Of the response only
/// the status and the headers are read.
/// </summary>
public sealed class PushClient : IDisposable
{
    /// <summary>
    /// The maximum size of a message's content: one record of 4,096 bytes, which every push service accepts (RFC 8291, section 4), less the
    /// overhead of encryption.
    /// </summary>
    public const int MaxContentBytes = RecordBytes - HeaderBytes - DelimiterBytes - TagBytes;

    private const int RecordBytes = 4096, DelimiterBytes = 1, TagBytes = 16;
    private const int HeaderBytes = 16 + 4 + 1 + PushSubscriptionInput.PublicKeyBytes; // Salt, record size, key id (RFC 8188, section 2.1).
    private const int MaxConnectionsPerServer = 64; // A few that wait for a response must not hold up the others.
    private const int MaxResponseHeadersKilobytes = 16;
    private const int MaxDrainBytes = 4096;
    private const HttpStatusCode TooEarly = (HttpStatusCode)425; // RFC 8470, section 5.2.

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5), ResponseTimeout = TimeSpan.FromSeconds(10);

    private readonly VapidKeys _vapid;
    private readonly TimeProvider _time;
    private readonly ILogger<PushClient> _log;
    private readonly bool _allowPrivate;
    private readonly HttpClient _http;
    private readonly WebPush.PushServiceClient _client;

    public PushClient(VapidKeys vapid, IOptions<PushOptions> options, TimeProvider time, ILogger<PushClient> log)
    {
        (_vapid, _time, _log, _allowPrivate) = (vapid, time, log, options.Value.AllowPrivateEndpoints);
        _http = new HttpClient(new PushRequestHandler(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = ConnectTimeout,
            MaxConnectionsPerServer = MaxConnectionsPerServer,
            EnableMultipleHttp2Connections = true,
            MaxResponseHeadersLength = MaxResponseHeadersKilobytes,
            MaxResponseDrainSize = MaxDrainBytes,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        }))
        {
            Timeout = ResponseTimeout,
        };
        _client = new WebPush.PushServiceClient(_http) { AutoRetryAfter = false };
    }

    /// <summary>Validates a subscription; see <see cref="PushSubscriptionInput.Read"/>.</summary>
    public PushSubscriptionInput? Read(string? endpoint, string? publicKey, string? secret) =>
        PushSubscriptionInput.Read(endpoint, publicKey, secret, _allowPrivate);

    /// <summary>Sends a message once; the caller decides about retries. Failures are logged without endpoints.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The content is longer than <see cref="MaxContentBytes"/>.</exception>
    public async Task<PushResult> SendAsync(PushSubscription browser, PushMessage message, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(message.Content.Length, MaxContentBytes, nameof(message));
        // The setting may have changed since the browser subscribed.
        if (!PushSubscriptionInput.IsAllowedEndpoint(new Uri(browser.Endpoint), _allowPrivate)) return new PushResult(PushOutcome.Expired);
        try
        {
            using var content = new ByteArrayContent(message.Content);
            var (subscription, request) = (SubscriptionOf(browser), RequestFor(message, content));
            await _client.RequestPushMessageDeliveryAsync(subscription, request, _vapid.Authentication, cancellationToken);
            return new PushResult(PushOutcome.Accepted);
        }
        catch (WebPush.PushServiceClientException exception)
        {
            return ResultOf(exception.StatusCode, exception.Headers);
        }
        catch (HttpRequestException exception) when (exception.InnerException is PrivateAddressException)
        {
            _log.LogWarning("The host of a push subscription has only private addresses; it is not used again");
            return new PushResult(PushOutcome.Expired);
        }
        catch (HttpRequestException exception)
        {
            _log.LogInformation("A push service is unreachable: {Error}", exception.HttpRequestError);
            return new PushResult(PushOutcome.RetryLater);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _log.LogInformation("A push service did not respond in time");
            return new PushResult(PushOutcome.RetryLater);
        }
    }

    public void Dispose() => _http.Dispose();

    private static WebPush.PushSubscription SubscriptionOf(PushSubscription browser)
    {
        var subscription = new WebPush.PushSubscription { Endpoint = browser.Endpoint };
        subscription.SetKey(WebPush.PushEncryptionKeyName.P256DH, Base64Url.EncodeToString(browser.P256dh));
        subscription.SetKey(WebPush.PushEncryptionKeyName.Auth, Base64Url.EncodeToString(browser.Auth));
        return subscription;
    }

    private static WebPush.PushMessage RequestFor(PushMessage message, HttpContent content) => new(content)
    {
        TimeToLive = (int)message.TimeToLive.TotalSeconds,
        Topic = message.Topic,
        Urgency = message.IsUrgent ? WebPush.PushMessageUrgency.High : WebPush.PushMessageUrgency.Normal,
    };

    private PushResult ResultOf(HttpStatusCode status, HttpResponseHeaders headers)
    {
        if ((int)status is >= 200 and < 300) return new PushResult(PushOutcome.Accepted); // The library accepts 200, 201 and 202 only.
        if (status is HttpStatusCode.NotFound or HttpStatusCode.Gone) return new PushResult(PushOutcome.Expired);
        _log.LogWarning("A push service responded with status {Status}", (int)status);
        return status switch
        {
            HttpStatusCode.RequestTimeout or TooEarly or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
                new PushResult(PushOutcome.RetryLater, RetryAfter(headers)),
            HttpStatusCode.RequestEntityTooLarge => new PushResult(PushOutcome.TooLarge),
            _ => new PushResult(PushOutcome.Refused),
        };
    }

    private TimeSpan? RetryAfter(HttpResponseHeaders headers) => headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } date } => date - _time.GetUtcNow(),
        _ => null,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = _allowPrivate ? addresses : Array.FindAll(addresses, IpAddresses.IsPublic);
        if (allowed.Length == 0) throw new PrivateAddressException();

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class PrivateAddressException : Exception;

    /// <summary>
    /// Requests HTTP/2 where the service supports it, and discards the body of every response: <see cref="WebPush.PushServiceClient"/>
    /// reads the body of an error response to its end, without a limit on size or time.
    /// </summary>
    private sealed class PushRequestHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower);
            var response = await base.SendAsync(request, cancellationToken);
            response.Content.Dispose();
            response.Content = null;
            return response;
        }
    }
}
