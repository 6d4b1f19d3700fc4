using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.FeatureManagement.Mvc;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>
/// The service worker's script. It stands at the root because a worker is responsible for what lies below its own address, and the
/// notifications are for every page (https://w3c.github.io/ServiceWorker/#service-worker-registration-scope). The browser comes for
/// a newer one by itself, signed in or not.
/// </summary>
[AllowAnonymous, FeatureGate(NotificationsSetup.Flag)]
public sealed class WorkerModel(IWebHostEnvironment environment) : PageModel
{
    private const string Script = "Features/Chat/Notifications/Worker.cshtml.js";

    public IActionResult OnGet()
    {
        Response.Headers["Service-Worker-Allowed"] = "/";
        return File(environment.WebRootFileProvider.GetFileInfo(Script).CreateReadStream(), "text/javascript; charset=utf-8");
    }
}
