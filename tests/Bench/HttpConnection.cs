using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MarketChat.Bench;

/// <summary>
/// A keep-alive HTTP/1.1 connection that uses little CPU, because the server shares the same cores: requests are prepared bytes, and of a
/// response only the status, the length and on demand the body are read.
/// </summary>
public sealed class HttpConnection(int port) : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[16 * 1024];
    private int _received;

    public int Status { get; private set; }

    /// <summary>The size of the last response in bytes, headers included.</summary>
    public int Size { get; private set; }

    /// <summary>The body of the last response. A chunked body includes the chunk sizes.</summary>
    public ReadOnlySpan<byte> Body => _buffer.AsSpan(_bodyStart, Size - _bodyStart);

    private int _bodyStart;

    public ValueTask ConnectAsync() => _socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), CancellationToken.None);

    public static byte[] Get(string url, string? cookie = null, string accept = "application/json") => Encoding.ASCII.GetBytes(
        $"GET {url} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\nAccept-Language: ko\r\n"
        + $"{(cookie is null ? "" : $"Cookie: {cookie}\r\n")}\r\n");

    public static byte[] Post(string url, string cookie, string token, string form)
    {
        var body = Encoding.UTF8.GetBytes(form);
        var head = $"POST {url} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\nAccept-Language: ko\r\nCookie: {cookie}\r\n"
            + $"RequestVerificationToken: {token}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            + $"Content-Length: {body.Length}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    public async ValueTask AskAsync(ReadOnlyMemory<byte> request)
    {
        await _socket.SendAsync(request);
        _received = 0;
        int end;
        while ((end = _buffer.AsSpan(0, _received).IndexOf("\r\n\r\n"u8)) < 0) await ReceiveAsync();
        _bodyStart = end + 4;
        Status = int.Parse(_buffer.AsSpan("HTTP/1.1 ".Length, 3), CultureInfo.InvariantCulture);
        if (ParseContentLength() is { } length)
        {
            Size = _bodyStart + length;
            while (_received < Size) await ReceiveAsync();
        }
        else
        {
            while (!EndsWithLastChunk()) await ReceiveAsync();
            Size = _received;
        }
    }

    public void Dispose() => _socket.Dispose();

    private bool EndsWithLastChunk() => _received >= _bodyStart + 5 && _buffer.AsSpan(_received - 5, 5).SequenceEqual("0\r\n\r\n"u8);

    private int? ParseContentLength()
    {
        var head = _buffer.AsSpan(0, _bodyStart);
        var at = head.IndexOf("Content-Length: "u8);
        if (at >= 0 && Utf8Parser.TryParse(head[(at + "Content-Length: ".Length)..], out int length, out _)) return length;
        return Status is 204 or 304 ? 0 : null;
    }

    private async ValueTask ReceiveAsync()
    {
        if (_received == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await _socket.ReceiveAsync(_buffer.AsMemory(_received));
        if (read == 0) throw new IOException("The server closed the connection.");
        _received += read;
    }
}
