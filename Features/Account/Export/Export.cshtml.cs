using System.Text.Encodings.Web;
using System.Text.Json;
using MarketChat.Infrastructure.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Account.Export;

/// <summary>
/// One's own data as a file to keep. It is written as it is read, so that a long life here takes no more memory than a short one.
/// </summary>
public sealed class ExportModel(UserManager<User> users, PersonalDataExporter copies, TimeProvider time) : PageModel
{
    // The danger of the relaxed encoding is JSON inside HTML, where a download never stands.
    private static readonly JsonSerializerOptions _format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public async Task<IActionResult> OnGetAsync()
    {
        if (await users.GetUserAsync(User) is not { } user) return Challenge();
        var now = time.GetUtcNowInMilliseconds();
        Response.Headers.ContentDisposition = $"attachment; filename=\"marketchat-{now:yyyy-MM-dd}.json\"";
        var origin = $"{Request.Scheme}://{Request.Host}";
        return new JsonResult(copies.ExportAsync(user, await users.GetPasskeysAsync(user), now, origin), _format);
    }
}
