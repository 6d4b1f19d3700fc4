using System.Text.Encodings.Web;
using System.Text.Json;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Account.Export;

/// <summary>
/// Downloads the user's personal data as a JSON file. The file is streamed while it is read from the database, so the memory it takes does
/// not depend on the amount of data.
/// </summary>
public sealed class ExportModel(UserManager<User> users, PersonalDataExporter exporter, TimeProvider time) : PageModel
{
    // The relaxed encoder is unsafe only for JSON embedded in HTML, and this is a download.
    private static readonly JsonSerializerOptions _jsonOptions = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public async Task<IActionResult> OnGetAsync()
    {
        if (await users.GetUserAsync(User) is not { } user) return Challenge();
        var now = time.GetUtcNowInMilliseconds();
        Response.Headers.ContentDisposition = $"attachment; filename=\"marketchat-{now:yyyy-MM-dd}.json\"";
        var origin = $"{Request.Scheme}://{Request.Host}{Request.PathBase}";
        return new JsonResult(exporter.ExportAsync(user, await users.GetPasskeysAsync(user), now, origin), _jsonOptions);
    }
}
