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
/// Takes the photos of a message one by one, from the room's script: a lost connection costs one of them, and each has a progress of
/// its own. "Send" then makes the message of them, or says which ones have to come first; asked as often as it takes, it makes one.
/// </summary>
[FeatureGate(PhotosSetup.Flag)]
[EnableRateLimiting(Limit.Uploads)]
[UploadLimit(MaxBytes), RequestFormLimits(MultipartBodyLengthLimit = MaxBytes)]
public sealed class PartsModel(PhotoSending sending, PhotoStore store, IStringLocalizer<PhotosModel> words) : PageModel
{
    public const int MaxBytes = PhotoProcessor.MaxBytes + RoomForFields;
    private const int RoomForFields = 64 * 1024;

    [BindProperty] public Guid ClientId { get; set; }

    public IActionResult OnGet(int id) => Redirect($"/chat/{id}/photos");

    /// <summary>One photo: 204.</summary>
    public async Task<IActionResult> OnPostAsync(int id, int number, IFormFile? photo, CancellationToken cancellationToken)
    {
        var isClosed = await sending.IsClosedAsync(User.Id(), id, cancellationToken);
        if (WhyNot(isClosed, number) is { } refusal) return refusal;
        if (isClosed is true) return CounterpartLeft();
        if (photo is null) return this.ProblemFor(StatusCodes.Status400BadRequest, words["NoPhotos"]);

        var saved = await store.SavePrivateAsync(new PhotoUploadKey(User.Id(), id, ClientId), number, photo, cancellationToken);
        if (saved.Photo is not null) return new NoContentResult();
        saved.ApplyTo(Response);
        return this.ProblemFor(saved.Status, saved.Problem!);
    }

    /// <summary>All there are: 201 or 200 with the message, or 202 with the numbers of those that are missing.</summary>
    public async Task<IActionResult> OnPostSendAsync(int id, int count, CancellationToken cancellationToken)
    {
        if (WhyNot(await sending.IsClosedAsync(User.Id(), id, cancellationToken), count) is { } refusal) return refusal;

        var (sent, _, missing) = await sending.SendStagedAsync(new PhotoUploadKey(User.Id(), id, ClientId), count, cancellationToken);
        if (missing is not null) return new JsonResult(new { missing }) { StatusCode = StatusCodes.Status202Accepted };
        if (sent is null) return CounterpartLeft();
        return new JsonResult(sent.Message) { StatusCode = sent.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK };
    }

    /// <param name="isClosed">Null when the room is not among one's rooms.</param>
    /// <param name="number">How many photos, or which one.</param>
    private ObjectResult? WhyNot(bool? isClosed, int number)
    {
        if (isClosed is null) return this.ProblemFor(StatusCodes.Status404NotFound, words["NoSuchRoom"]);
        if (number > Message.MaxPhotos) return this.ProblemFor(StatusCodes.Status400BadRequest, words["TooManyPhotos", Message.MaxPhotos]);
        return ModelState.IsValid && number >= 1 && ClientId != Guid.Empty
            ? null
            : this.ProblemFor(StatusCodes.Status400BadRequest, words["NoSense"]);
    }

    private ObjectResult CounterpartLeft() => this.ProblemFor(StatusCodes.Status409Conflict, words["CounterpartLeft"]);
}
