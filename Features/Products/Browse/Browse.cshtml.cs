using MarketChat.Infrastructure.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Products.Browse;

/// <summary>The home page: what is for sale.</summary>
[AllowAnonymous]
public sealed class BrowseModel(MarketDb db) : PageModel
{
    /// <summary>What a screen shows at once; these pictures are not put off until one scrolls.</summary>
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
