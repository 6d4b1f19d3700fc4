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

namespace MarketChat.Features.Products.Post;

/// <summary>The page with the form to post a product.</summary>
[EnableRateLimiting(RateLimitPolicies.Uploads), RedisplayFormWhenRateLimited]
[RecoverableForm(nameof(Title), nameof(Price), nameof(Free), nameof(Description))]
[MaxRequestBodySize(MaxBytes), RequestFormLimits(MultipartBodyLengthLimit = MaxBytes)]
public sealed class PostModel(PostProduct postProduct, IStringLocalizer<PostModel> localizer) : PageModel
{
    public const int MaxBytes = Product.MaxPhotos * PhotoProcessor.MaxBytes + FormFieldAllowance;
    private const int FormFieldAllowance = 1024 * 1024;

    /// <summary>A unique id for each rendered form, to detect a form that is submitted twice.</summary>
    [BindProperty] public Guid FormId { get; set; }
    [BindProperty] public string? Title { get; set; }
    [BindProperty] public string? Price { get; set; }
    [BindProperty] public bool Free { get; set; }
    [BindProperty] public string? Description { get; set; }
    [BindProperty] public List<IFormFile> Photo { get; set; } = [];

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        EnsureFormId();
        var draft = ProductDraft.Parse(Title, Price, Free, Description);
        foreach (var (field, messageKey, limit) in draft.Validate()) ModelState.AddModelError(field, localizer[messageKey, limit]);
        if (Photo.Count > Product.MaxPhotos) ModelState.AddModelError(nameof(Photo), localizer["TooManyPhotos", Product.MaxPhotos]);
        if (!ModelState.IsValid) return Page();

        var result = await postProduct.ExecuteAsync(draft, Photo, User.GetUserId(), FormId, cancellationToken);
        if (result.ProductId is { } id) return this.SeeOther($"~/products/{id}");
        if (result.Rejected is not { } rejected) return Challenge();
        ModelState.AddModelError(nameof(Photo), rejected.Problem!);
        rejected.ApplyTo(Response);
        return Page();
    }

    private void EnsureFormId()
    {
        if (FormId != Guid.Empty) return;
        ModelState.Remove(nameof(FormId));
        FormId = Guid.NewGuid();
    }
}
