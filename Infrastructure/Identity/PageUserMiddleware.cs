using System.Globalization;
using MarketChat.Infrastructure.Http;

namespace MarketChat.Infrastructure.Identity;

/// <summary>
/// Rejects a script's request with 412 if its page was rendered for another user than that of the session, because somebody else has signed
/// in to this browser since. The page, which names its user in each request, is then reloaded: it must not show one user's messages as
/// another's. A request without a session is left to authorization.
/// </summary>
public sealed class PageUserMiddleware(RequestDelegate next)
{
    /// <summary>The request header with the id of the page's user.</summary>
    public const string Header = "Page-User";

    public Task InvokeAsync(HttpContext context)
    {
        var pageUser = context.Request.Headers[Header].ToString();
        if (context.IsErrorPage() || IsSameUser(pageUser, context.User.GetUserIdOrNull())) return next(context);
        context.Response.StatusCode = StatusCodes.Status412PreconditionFailed; // The error page adds the problem details.
        return Task.CompletedTask;
    }

    private static bool IsSameUser(string pageUser, int? userId) =>
        pageUser.Length == 0 || userId is not { } id || pageUser == id.ToString(CultureInfo.InvariantCulture);
}
