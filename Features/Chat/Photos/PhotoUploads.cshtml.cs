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

/// <summary>
/// Receives the photos of a message one by one from the room's script, so that a lost connection costs one photo and each has its own
/// progress. "Send" then stores the message, or responds with the numbers of the missing photos. It is idempotent: repeated requests store
/// one message.
/// </summary>
[FeatureGate(PhotosSetup.Flag)]
[EnableRateLimiting(RateLimitPolicies.Uploads)]
[MaxRequestBodySize(MaxBytes), RequestFormLimits(MultipartBodyLengthLimit = MaxBytes)]
public sealed class PhotoUploadsModel(SendPhotoMessage sending, PhotoStore store, IStringLocalizer<PhotosModel> localizer) : PageModel
{
    public const int MaxBytes = PhotoProcessor.MaxBytes + FormFieldAllowance;
    private const int FormFieldAllowance = 64 * 1024;

    [BindProperty] public Guid ClientId { get; set; }

    public IActionResult OnGet(int id) => Redirect($"~/chat/{id}/photos");

    /// <summary>Stages one photo. Responds 204.</summary>
    public async Task<IActionResult> OnPostAsync(int id, int number, IFormFile? photo, CancellationToken cancellationToken)
    {
        var isClosed = await sending.IsClosedAsync(User.GetUserId(), id, cancellationToken);
        if (Validate(isClosed, number) is { } refusal) return refusal;
        if (isClosed is true) return CounterpartLeft();
        if (photo is null) return this.Problem(StatusCodes.Status400BadRequest, localizer["NoPhotos"]);

        var saved = await store.SavePrivateAsync(new PhotoUploadKey(User.GetUserId(), id, ClientId), number, photo, cancellationToken);
        if (saved.Photo is not null) return new NoContentResult();
        saved.ApplyTo(Response);
        return this.Problem(saved.Status, saved.Problem!);
    }

    /// <summary>Stores the message. Responds 201 or 200 with the message, or 202 with the numbers of the missing photos.</summary>
    [AnswersJson]
    public async Task<IActionResult> OnPostSendAsync(int id, int count, CancellationToken cancellationToken)
    {
        if (Validate(await sending.IsClosedAsync(User.GetUserId(), id, cancellationToken), count) is { } refusal) return refusal;

        var result = await sending.SendStagedAsync(new PhotoUploadKey(User.GetUserId(), id, ClientId), count, cancellationToken);
        if (result.Missing is { } missing) return new JsonResult(new { missing }) { StatusCode = StatusCodes.Status202Accepted };
        if (result.Sent?.Message is not { } message) return CounterpartLeft();
        return new JsonResult(message) { StatusCode = result.StatusCode };
    }

    /// <param name="isClosed">Null if the user is not a member of the room.</param>
    /// <param name="number">The number of photos, or the number of this photo.</param>
    private ObjectResult? Validate(bool? isClosed, int number)
    {
        if (isClosed is null) return this.Problem(StatusCodes.Status404NotFound, localizer["RoomNotFound"]);
        if (number > Message.MaxPhotos) return this.Problem(StatusCodes.Status400BadRequest, localizer["TooManyPhotos", Message.MaxPhotos]);
        return ModelState.IsValid && number >= 1 && ClientId != Guid.Empty
            ? null
            : this.Problem(StatusCodes.Status400BadRequest, localizer["InvalidRequest"]);
    }

    private ObjectResult CounterpartLeft() => this.Problem(StatusCodes.Status409Conflict, localizer["CounterpartLeft"]);
}
