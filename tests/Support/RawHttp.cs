using System.Net.Sockets;
using System.Text;

namespace MarketChat.Tests.Support;

/// <summary>Sends raw bytes, including requests that no HTTP client would send.</summary>
public sealed class RawHttp(Uri server)
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Sends a request. Returns the response's status, or 0 if the server closed the connection without a response, which it may do if the
    /// request is not HTTP. Throws <see cref="OperationCanceledException"/> if the server does neither.
    /// </summary>
    /// <param name="request">The complete request.</param>
    /// <param name="endAfter">Whether to close the sending side afterwards, so that the server does not wait for more.</param>
    public async Task<int> Send(byte[] request, bool endAfter)
    {
        using var limit = new CancellationTokenSource(_timeout);
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(server.Host, server.Port, limit.Token);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(request, limit.Token);
            if (endAfter) client.Client.Shutdown(SocketShutdown.Send);
            return StatusIn(await ReadAll(stream, limit.Token));
        }
        catch (IOException)
        {
            return 0;
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private static async Task<string> ReadAll(NetworkStream stream, CancellationToken cancellationToken)
    {
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, cancellationToken);
        }
        catch (IOException)
        {
            // The server closed the connection. Return what has arrived.
        }

        return Encoding.Latin1.GetString(answer.GetBuffer(), 0, (int)Math.Min(answer.Length, 64));
    }

    private static int StatusIn(string answer) =>
        answer.StartsWith("HTTP/1.", StringComparison.Ordinal) && int.TryParse(answer.AsSpan(9, 3), out var status) ? status : 0;
}
