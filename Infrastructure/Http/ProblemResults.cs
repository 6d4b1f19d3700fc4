using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Infrastructure.Http;

public static class ProblemResults
{
    /// <summary>Creates a response with problem details (RFC 9457). The detail is a localized sentence for the user.</summary>
    public static ObjectResult Problem(this PageModel page, int status, string detail)
    {
        var problem = new ProblemDetails { Status = status, Detail = detail };
        problem.Extensions["traceId"] = page.HttpContext.TraceIdentifier;
        return new ObjectResult(problem) { StatusCode = status, ContentTypes = { "application/problem+json" } };
    }
}
