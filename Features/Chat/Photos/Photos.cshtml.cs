using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.Photos;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;
using Microsoft.FeatureManagement.Mvc;

namespace MarketChat.Features.Chat.Photos;

/// <summary>Receives all photos of a message in one request, from the form that works without a script or from an API client.</summary>
[FeatureGate(PhotosSetup.Flag)]
[EnableRateLimiting(RateLimitPolicies.Uploads), RedisplayFormWhenRateLimited]
[MaxRequestBodySize(MaxBytes), RequestFormLimits(MultipartBodyLengthLimit = MaxBytes)]
public sealed class PhotosModel(SendPhotoMessage sending, IStringLocalizer<PhotosModel> localizer) : PageModel
{
    public const int MaxBytes = Message.MaxPhotos * PhotoProcessor.MaxBytes + FormFieldAllowance;
    private const int FormFieldAllowance = 1024 * 1024;

    [BindProperty] public List<IFormFile> Photo { get; set; } = [];
    [BindProperty] public string? ClientId { get; set; }
    [FromRoute(Name = "id")] public int RoomId { get; set; }
    public string? Error => ModelState[""]?.Errors.FirstOrDefault()?.ErrorMessage;

    public async Task<IActionResult> OnGetAsync(int id) =>
        await sending.IsClosedAsync(User.GetUserId(), id, HttpContext.RequestAborted) switch
    {
        null => NotFound(),
        true => Redirect($"~/chat/{id}"), // The room page says why.
        false => Page(),
    };

    public async Task<IActionResult> OnPostAsync(int id, CancellationToken cancellationToken)
    {
        if (await sending.IsClosedAsync(User.GetUserId(), id, cancellationToken) is null) return RoomNotFound();
        if (Validate(out var clientId) is { } reason) return Reject(StatusCodes.Status400BadRequest, reason);

        var key = new PhotoUploadKey(User.GetUserId(), id, clientId);
        var outcome = await sending.SendAsync(key, Photo, cancellationToken);

        // A form restored by the back button still has the client id of the message that it sent before; other photos in it are a new
        // message. The photos of a removed message cannot be compared, so the form is rejected: nobody wants a removed message back by
        // accident.
        if (!Request.WantsJson() && outcome.Sent is { Status: SendStatus.Duplicate, Message: { } existing })
        {
            if (existing.Removed) return Reject(StatusCodes.Status409Conflict, localizer["Removed"]);
            if (!await sending.AreSameAsync(existing.Id, Photo, cancellationToken))
            {
                outcome = await sending.SendAsync(key with { ClientId = Guid.NewGuid() }, Photo, cancellationToken);
            }
        }

        return Respond(id, outcome);
    }

    private IActionResult Respond(int roomId, SendPhotosResult outcome) => outcome switch
    {
        { Rejected: { } rejected } => Reject(rejected),
        { Sent.Message: { } message } when Request.WantsJson() => new JsonResult(message) { StatusCode = outcome.StatusCode },
        { Sent.Message: null } => Reject(StatusCodes.Status409Conflict, localizer["CounterpartLeft"]),
        _ => this.SeeOther($"~/chat/{roomId}"),
    };

    private string? Validate(out Guid clientId)
    {
        clientId = Guid.NewGuid();
        if (Photo.Count == 0) return localizer["NoPhotos"];
        if (Photo.Count > Message.MaxPhotos) return localizer["TooManyPhotos", Message.MaxPhotos];
        return string.IsNullOrEmpty(ClientId) || Guid.TryParse(ClientId, out clientId) ? null : localizer["InvalidRequest"].Value;
    }

    private IActionResult RoomNotFound() =>
        Request.WantsJson() ? this.Problem(StatusCodes.Status404NotFound, localizer["RoomNotFound"]) : NotFound();

    private IActionResult Reject(SavePhotoResult rejected)
    {
        rejected.ApplyTo(Response);
        return Reject(rejected.Status, rejected.Problem!);
    }

    private IActionResult Reject(int status, string reason)
    {
        if (Request.WantsJson()) return this.Problem(status, reason);
        ModelState.AddModelError("", reason);
        Response.StatusCode = status;
        return Page();
    }
}
