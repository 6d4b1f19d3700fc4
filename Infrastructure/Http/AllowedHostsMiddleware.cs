using Microsoft.Extensions.Primitives;

namespace MarketChat.Infrastructure.Http;

/// <summary>
/// Answers 400 to a request for a host that the setting "AllowedHosts" does not name. The framework's own check comes before the forwarded
/// headers, so it would compare the name by which the proxy calls the app. Probes are answered by any name.
/// </summary>
public sealed class AllowedHostsMiddleware(RequestDelegate next, IConfiguration configuration)
{
    private readonly List<StringSegment> _allowed =
    [
        .. (configuration["AllowedHosts"] ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(host => new StringSegment(new HostString(host).ToUriComponent())), // Names with other letters, as browsers send them.
    ];

    public Task InvokeAsync(HttpContext context)
    {
        if (IsAllowed(context.Request.Host) || context.GetEndpoint().IsProbe()) return next(context);
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return Task.CompletedTask;
    }

    // HTTP/1.0 allows requests without a host.
    private bool IsAllowed(HostString host) =>
        _allowed.Count == 0 || _allowed.Contains("*") || !host.HasValue || HostString.MatchesAny(host.ToUriComponent(), _allowed);
}
