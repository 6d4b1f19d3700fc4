using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace MarketChat.Infrastructure.Http;

/// <summary>
/// The most bytes a page takes as a request's body. A body that announces more is answered with 413 before any of it is read; one that
/// announces nothing is cut off by the server there. <see cref="RequestSizeLimitAttribute"/> alone ends in 400: the antiforgery
/// check is the first to read the form, and takes the failed read for a missing token.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class UploadLimitAttribute(long bytes) : Attribute, IAuthorizationFilter, IOrderedFilter
{
    private const int BeforeAntiforgery = 900;

    public long Bytes => bytes;

    public int Order => BeforeAntiforgery;

    public void OnAuthorization(AuthorizationFilterContext context)
    {
        var http = context.HttpContext;
        if (http.Request.ContentLength > bytes)
        {
            context.Result = new StatusCodeResult(StatusCodes.Status413PayloadTooLarge);
            return;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server) server.MaxRequestBodySize = bytes;
    }
}
