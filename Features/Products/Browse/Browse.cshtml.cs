using MarketChat.Infrastructure.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Products.Browse;

/// <summary>The home page: a list of the available products, newest first.</summary>
[AllowAnonymous]
public sealed class BrowseModel(MarketDb db) : PageModel
{
    /// <summary>The number of images that are visible without scrolling; they are not loaded lazily.</summary>
    public const int EagerImageCount = 6;

    public ProductCards Products { get; private set; } = new([], null);
    public bool IsNewest { get; private set; }

    public async Task<IActionResult> OnGetAsync(int? before, CancellationToken cancellationToken)
    {
        if (!ModelState.IsValid || before < 1) return BadRequest();
        Products = await db.PageAsync(before, cancellationToken);
        IsNewest = before is null;
        return Page();
    }
}
