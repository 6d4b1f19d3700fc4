using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace MarketChat.Infrastructure.Http;

/// <summary>
/// Reads the form before the antiforgery check and model binding, which would report a failed read as a missing token or an empty form, and
/// so with a final error. A body that did not arrive completely is answered with 408, one that exceeds the limit with 413, a malformed one
/// with 400. If the body cannot be buffered on disk, the exception ends in 503. After 408 and 503 a retry can succeed.
/// </summary>
public sealed class FormReadingFilter : IAsyncAuthorizationFilter, IOrderedFilter
{
    // The HRESULT of IOException, when it is not about a file. Errors of the disk have the code of the operating system.
    private const int EndOfStream = unchecked((int)0x80131620);

    private const int OrderBetweenBodySizeAndAntiforgery = 960; // Their orders are 950 and 1000.

    public int Order => OrderBetweenBodySizeAndAntiforgery;

    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        var request = context.HttpContext.Request;
        if (!request.HasFormContentType || context.HttpContext.IsErrorPage()) return;
        try
        {
            await request.ReadFormAsync(context.HttpContext.RequestAborted);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            request.Form = FormCollection.Empty; // Model binding of the error page must not fail in turn.
            if (StatusOf(exception) is not { } status) throw;
            context.Result = new StatusCodeResult(status);
        }
    }

    private static int? StatusOf(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => StatusCodes.Status413PayloadTooLarge,
        InvalidDataException => StatusCodes.Status400BadRequest,
        BadHttpRequestException or IOException { HResult: EndOfStream } => StatusCodes.Status408RequestTimeout,
        _ => null,
    };
}
