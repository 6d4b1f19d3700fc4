using System.Net.Sockets;
using System.Text;

namespace MarketChat.Tests.Support;

/// <summary>Sends bytes that no decent client would send.</summary>
public sealed class RawHttp(Uri server)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Sends a request. The answer's status; 0 when the server hung up without one, as it may on what is no HTTP. Throws
    /// <see cref="OperationCanceledException"/> when it does neither.
    /// </summary>
    /// <param name="request">All there is to send.</param>
    /// <param name="hangUp">Whether to hang up behind it, so that the server waits for no more.</param>
    public async Task<int> Send(byte[] request, bool hangUp)
    {
        using var limit = new CancellationTokenSource(_patience);
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(server.Host, server.Port, limit.Token);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(request, limit.Token);
            if (hangUp) client.Client.Shutdown(SocketShutdown.Send);
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
            // Hung up on. What came before counts.
        }

        return Encoding.Latin1.GetString(answer.GetBuffer(), 0, (int)Math.Min(answer.Length, 64));
    }

    private static int StatusIn(string answer) =>
        answer.StartsWith("HTTP/1.", StringComparison.Ordinal) && int.TryParse(answer.AsSpan(9, 3), out var status) ? status : 0;
}
