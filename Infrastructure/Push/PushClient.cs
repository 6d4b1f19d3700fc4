using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using MarketChat.Infrastructure.Data;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.Push;

/// <summary>One message for one browser.</summary>
/// <param name="Topic">Of two with the same topic that wait for a browser, the push service keeps the later: up to 32 characters of base64url.</param>
/// <param name="IsUrgent">Whether a sleeping phone is to be woken for it.</param>
public sealed record PushMessage(byte[] Content, string Topic, TimeSpan KeptFor, bool IsUrgent);

public enum PushOutcome
{
    Taken,

    /// <summary>The subscription is over, or leads where it may not: it is to be forgotten.</summary>
    Gone,

    /// <summary>The service cannot just now.</summary>
    NotNow,

    /// <summary>The service does not want this message, and would not want it later.</summary>
    Refused,
}

/// <param name="RetryAfter">How long the service asks to be left alone.</param>
public sealed record PushAnswer(PushOutcome Outcome, TimeSpan? RetryAfter = null);

/// <summary>
/// Hands messages to push services (RFC 8030, section 5). Their addresses come from browsers, so from anybody: what is sent follows no
/// redirect and no proxy, connects to public addresses only, looked at when it connects (a name that was public a moment ago may lead
/// inside now, "DNS rebinding"), reads nothing of the answer but its head, and tells nobody what it found.
/// </summary>
public sealed class PushClient : IDisposable
{
    private static readonly TimeSpan _longestConnect = TimeSpan.FromSeconds(5), _longestAnswer = TimeSpan.FromSeconds(10);

    private const int MostConnectionsPerService = 16;
    private const int MostKilobytesOfHead = 16;
    private const int MostBytesOfBodyPassedOver = 4096;

    private readonly Vapid _vapid;
    private readonly TimeProvider _time;
    private readonly ILogger<PushClient> _log;
    private readonly bool _allowPrivate;
    private readonly HttpClient _http;

    public PushClient(Vapid vapid, IOptions<PushOptions> options, TimeProvider time, ILogger<PushClient> log)
    {
        (_vapid, _time, _log, _allowPrivate) = (vapid, time, log, options.Value.AllowPrivateEndpoints);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = _longestConnect,
            MaxConnectionsPerServer = MostConnectionsPerService,
            MaxResponseHeadersLength = MostKilobytesOfHead,
            MaxResponseDrainSize = MostBytesOfBodyPassedOver,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            Timeout = _longestAnswer,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
    }

    public PushTarget? Read(string? endpoint, string? publicKey, string? secret) => PushTarget.Read(endpoint, publicKey, secret, _allowPrivate);

    /// <summary>Once; whether to try again is the caller's to say. What goes wrong is logged without addresses.</summary>
    public async Task<PushAnswer> SendAsync(PushSubscription browser, PushMessage message, CancellationToken cancellationToken)
    {
        var endpoint = new Uri(browser.Endpoint);
        if (!PushTarget.MayLeadTo(endpoint, _allowPrivate)) return new PushAnswer(PushOutcome.Gone); // It might when it was stored.
        try
        {
            using var request = RequestTo(endpoint, browser, message);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return AnswerOf(response);
        }
        catch (HttpRequestException exception) when (exception.InnerException is PrivateAddressException)
        {
            _log.LogWarning("A subscription led to a private address, and is forgotten");
            return new PushAnswer(PushOutcome.Gone);
        }
        catch (HttpRequestException exception)
        {
            _log.LogInformation("A push service is out of reach: {Error}", exception.HttpRequestError);
            return new PushAnswer(PushOutcome.NotNow);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _log.LogInformation("A push service did not answer in time");
            return new PushAnswer(PushOutcome.NotNow);
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage RequestTo(Uri endpoint, PushSubscription browser, PushMessage message)
    {
        var content = new ByteArrayContent(PushEncryption.Encrypt(message.Content, browser.P256dh, browser.Auth));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Headers.ContentEncoding.Add(EncryptedContent.Coding);
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = content, Version = _http.DefaultRequestVersion, VersionPolicy = _http.DefaultVersionPolicy };
        request.Headers.TryAddWithoutValidation("Authorization", _vapid.AuthorizationFor(endpoint));
        request.Headers.Add("TTL", ((int)message.KeptFor.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("Urgency", message.IsUrgent ? "high" : "normal");
        request.Headers.Add("Topic", message.Topic);
        return request;
    }

    private PushAnswer AnswerOf(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode) return new PushAnswer(PushOutcome.Taken);
        if (status is StatusCodes.Status404NotFound or StatusCodes.Status410Gone) return new PushAnswer(PushOutcome.Gone);
        _log.LogWarning("A push service answered {Status}", status);
        return status is StatusCodes.Status429TooManyRequests or >= StatusCodes.Status500InternalServerError
            ? new PushAnswer(PushOutcome.NotNow, RetryAfter(response))
            : new PushAnswer(PushOutcome.Refused);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } date } => date - _time.GetUtcNow(),
        _ => null,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = _allowPrivate ? addresses : Array.FindAll(addresses, PublicAddress.Is);
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
}
