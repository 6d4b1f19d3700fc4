using MarketChat.Infrastructure.Data;
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

/// <summary>
/// Takes the photos of a message all at once: from its own form, which needs no script, or from anybody who can post one.
/// </summary>
[FeatureGate(PhotosSetup.Flag)]
[EnableRateLimiting(Limit.Uploads), KeepsForm]
[UploadLimit(MaxBytes), RequestFormLimits(MultipartBodyLengthLimit = MaxBytes)]
public sealed class PhotosModel(PhotoSending sending, IStringLocalizer<PhotosModel> words) : PageModel
{
    public const int MaxBytes = Message.MaxPhotos * PhotoProcessor.MaxBytes + RoomForFields;
    private const int RoomForFields = 1024 * 1024;

    [BindProperty] public List<IFormFile> Photo { get; set; } = [];
    [BindProperty] public string? ClientId { get; set; }
    [FromRoute(Name = "id")] public int RoomId { get; set; }
    public string? Error => ModelState[""]?.Errors.FirstOrDefault()?.ErrorMessage;

    public async Task<IActionResult> OnGetAsync(int id) => await sending.IsClosedAsync(User.Id(), id, HttpContext.RequestAborted) switch
    {
        null => NotFound(),
        true => Redirect($"/chat/{id}"), // Which says why.
        false => Page(),
    };

    public async Task<IActionResult> OnPostAsync(int id, CancellationToken cancellationToken)
    {
        if (await sending.IsClosedAsync(User.Id(), id, cancellationToken) is null) return NoSuchRoom();
        if (WhyNot(out var clientId) is { } reason) return Refuse(StatusCodes.Status400BadRequest, reason);

        var key = new PhotoUploadKey(User.Id(), id, clientId);
        var outcome = await sending.SendAsync(key, Photo, cancellationToken);

        // A form reached by the back button still has the id of what it sent before: other photos in it are a new message. Whether they are
        // others cannot be told once that one is removed, and nobody wants it back by accident.
        if (!Request.IsFromScript() && outcome.Sent is { IsNew: false, Message: var before })
        {
            if (before.Removed) return Refuse(StatusCodes.Status409Conflict, words["Removed"]);
            if (!await sending.AreSameAsync(before.Id, Photo, cancellationToken))
            {
                outcome = await sending.SendAsync(key with { ClientId = Guid.NewGuid() }, Photo, cancellationToken);
            }
        }

        return Answer(id, outcome);
    }

    private IActionResult Answer(int roomId, SendingOutcome outcome) => outcome switch
    {
        { Rejected: { } rejected } => Refuse(rejected),
        { Sent: null } => Refuse(StatusCodes.Status409Conflict, words["CounterpartLeft"]),
        { Sent: var sent } when Request.IsFromScript() =>
            new JsonResult(sent.Message) { StatusCode = sent.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK },
        _ => this.SeeOther($"/chat/{roomId}"),
    };

    private string? WhyNot(out Guid clientId)
    {
        clientId = Guid.NewGuid();
        if (Photo.Count == 0) return words["NoPhotos"];
        if (Photo.Count > Message.MaxPhotos) return words["TooManyPhotos", Message.MaxPhotos];
        return string.IsNullOrEmpty(ClientId) || Guid.TryParse(ClientId, out clientId) ? null : words["NoSense"].Value;
    }

    private IActionResult NoSuchRoom() =>
        Request.IsFromScript() ? this.ProblemFor(StatusCodes.Status404NotFound, words["NoSuchRoom"]) : NotFound();

    private IActionResult Refuse(SavePhotoResult rejected)
    {
        rejected.ApplyTo(Response);
        return Refuse(rejected.Status, rejected.Problem!);
    }

    private IActionResult Refuse(int status, string reason)
    {
        if (Request.IsFromScript()) return this.ProblemFor(status, reason);
        ModelState.AddModelError("", reason);
        Response.StatusCode = status;
        return Page();
    }
}
