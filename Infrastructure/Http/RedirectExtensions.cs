using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Infrastructure.Http;

public static class RedirectExtensions
{
    /// <summary>303: what a form did is done, and this is the page to look at now. Reloading that page posts nothing again.</summary>
    public static StatusCodeResult SeeOther(this PageModel page, string localUrl)
    {
        page.Response.Headers.Location = localUrl;
        return new StatusCodeResult(StatusCodes.Status303SeeOther);
    }
}
