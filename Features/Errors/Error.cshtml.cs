using System.Globalization;
using MarketChat.Infrastructure.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Errors;

/// <summary>The page at which failed requests are re-executed. It renders a page for users, or problem details for scripts.</summary>
[AllowAnonymous, IgnoreAntiforgeryToken, DisableRateLimiting]
public sealed class ErrorModel(IStringLocalizer<ErrorModel> localizer) : PageModel
{
    public int Status { get; private set; }
    public string Heading => GetText("Heading");
    public string Detail => GetText("Detail");

    public IActionResult OnGet() => CreateResult();

    public IActionResult OnPost() => CreateResult();

    // A re-executed request keeps its method, which may be one without a handler.
    [NonHandler] // Its name has the form of a handler's.
    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (context.HandlerMethod is null) context.Result = CreateResult();
    }

    private IActionResult CreateResult()
    {
        Status = GetStatusFromRoute() is >= 400 and < 600 and var status ? status : HasException() ? Response.StatusCode : 404;
        Response.StatusCode = Status;
        if (Status == StatusCodes.Status503ServiceUnavailable) Response.SetRetryAfter();
        return IsScriptRequest() ? this.Problem(Status, Detail) : Page();
    }

    // Read from the route rather than bound as a parameter: nothing is bound if the form cannot be read, which is one cause of an error.
    private int GetStatusFromRoute() =>
        int.TryParse(RouteData.Values["status"] as string, CultureInfo.InvariantCulture, out var status) ? status : 0;

    private bool HasException() => HttpContext.Features.Get<IExceptionHandlerFeature>() is not null;

    private bool IsScriptRequest() => Request.WantsJson() || HttpContext.WantedJson();

    private string GetText(string kind)
    {
        var exact = localizer[kind + Status];
        return exact.ResourceNotFound ? localizer[kind + (Status < 500 ? 400 : 500)] : exact;
    }
}
