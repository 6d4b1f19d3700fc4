using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Infrastructure.Http;

public static class ProblemResults
{
    /// <summary>RFC 9457 problem details, whose detail is a sentence for the person, in their language.</summary>
    public static ObjectResult Problem(this PageModel page, int status, string detail)
    {
        var problem = new ProblemDetails { Status = status, Detail = detail };
        problem.Extensions["traceId"] = page.HttpContext.TraceIdentifier;
        return new ObjectResult(problem) { StatusCode = status, ContentTypes = { "application/problem+json" } };
    }
}
