using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.FeatureManagement.Mvc;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>
/// Serves the service worker's script. Its URL is at the root because the scope of a worker is limited to the folder of its script, and
/// notifications are for every page (https://w3c.github.io/ServiceWorker/#service-worker-registration-scope). Browsers update the script
/// by themselves, signed in or not.
/// </summary>
[AllowAnonymous, FeatureGate(NotificationsSetup.Flag)]
public sealed class WorkerModel(IWebHostEnvironment environment) : PageModel
{
    private const string Script = "Features/Chat/Notifications/Worker.cshtml.js";

    public IActionResult OnGet()
    {
        Response.Headers["Service-Worker-Allowed"] = Url.Content("~/");
        return File(environment.WebRootFileProvider.GetFileInfo(Script).CreateReadStream(), "text/javascript; charset=utf-8");
    }
}
