using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Infrastructure.Http;

public static class RedirectExtensions
{
    /// <summary>
    /// Redirects with 303 See Other after a form has been processed (RFC 9110, section 15.4.4), so that reloading the target page does not
    /// submit the form again.
    /// </summary>
    /// <param name="localUrl">A path of the app with "~" in front, or a URL that has the base path already.</param>
    public static StatusCodeResult SeeOther(this PageModel page, string localUrl)
    {
        page.Response.Headers.Location = page.Url.Content(localUrl);
        return new StatusCodeResult(StatusCodes.Status303SeeOther);
    }
}
