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

/// <summary>What every failed request ends at: a page with a way on, or problem details for a script.</summary>
[AllowAnonymous, IgnoreAntiforgeryToken, DisableRateLimiting]
public sealed class ErrorModel(IStringLocalizer<ErrorModel> localizer) : PageModel
{
    public int Status { get; private set; }
    public string Heading => Sentence("Heading");
    public string Detail => Sentence("Detail");

    public IActionResult OnGet() => Explain();

    public IActionResult OnPost() => Explain();

    // What failed keeps its method, and that may be any.
    [NonHandler] // It is named like one.
    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (context.HandlerMethod is null) context.Result = Explain();
    }

    private IActionResult Explain()
    {
        Status = StatusOfRoute() is >= 400 and < 600 and var status ? status : IsFailure() ? Response.StatusCode : 404;
        Response.StatusCode = Status;
        if (Status == StatusCodes.Status503ServiceUnavailable) Response.SetRetryAfter();
        return WasFromScript() ? this.Problem(Status, Detail) : Page();
    }

    // Not as a parameter: where the form could not be read, which is one reason to be here, nothing is bound.
    private int StatusOfRoute() =>
        int.TryParse(RouteData.Values["status"] as string, CultureInfo.InvariantCulture, out var status) ? status : 0;

    private bool IsFailure() => HttpContext.Features.Get<IExceptionHandlerFeature>() is not null;

    // The query string of the original request says more than that of this page.
    private bool WasFromScript() =>
        Request.WantsJson()
        || HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is { } original
            && (original.OriginalPath.StartsWith("/badge", StringComparison.OrdinalIgnoreCase)
                || original.OriginalQueryString?.Contains("handler=", StringComparison.OrdinalIgnoreCase) is true);

    private string Sentence(string kind)
    {
        var exact = localizer[kind + Status];
        return exact.ResourceNotFound ? localizer[kind + (Status < 500 ? 400 : 500)] : exact;
    }
}
