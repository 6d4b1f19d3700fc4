using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

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
            await ReadAsync(request, context.HttpContext.RequestAborted);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            request.Form = FormCollection.Empty; // Model binding of the error page must not fail in turn.
            if (StatusOf(exception) is not { } status) throw;
            context.Result = new StatusCodeResult(status);
        }
    }

    // The default reader refuses a form with a NUL as a whole, and what was typed is lost. FormReader accepts it, so that the page can show
    // the text with the reason.
    private static async Task ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var isRead = request.HttpContext.Features.Get<IFormFeature>()?.Form is not null;
        if (isRead || !IsUrlEncoded(request))
        {
            await request.ReadFormAsync(cancellationToken);
            return;
        }

        using var reader = new FormReader(request.Body, Encoding.UTF8);
        request.Form = new FormCollection(await reader.ReadFormAsync(cancellationToken));
    }

    private static bool IsUrlEncoded(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
        && (type.Encoding is null or UTF8Encoding);

    private static int? StatusOf(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => StatusCodes.Status413PayloadTooLarge,
        InvalidDataException => StatusCodes.Status400BadRequest,
        BadHttpRequestException or IOException { HResult: EndOfStream } => StatusCodes.Status408RequestTimeout,
        _ => null,
    };
}
