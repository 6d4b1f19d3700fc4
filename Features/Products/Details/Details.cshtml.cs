using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Products.Details;

/// <summary>The page of a product.</summary>
[AllowAnonymous]
public sealed class DetailsModel(MarketDb db) : PageModel
{
    public ProductDetails Product { get; private set; } = null!;
    public bool IsOwnProduct => Product.SellerId == User.GetUserIdOrNull();
    public bool IsSignedIn => User.GetUserIdOrNull() is not null;
    public string SignInUrl => 
        $"{Url.AppUrl(IdentitySetup.SignInPath)}?returnUrl={Uri.EscapeDataString(Request.PathBase + Request.Path)}";

    public async Task<IActionResult> OnGetAsync(int id, CancellationToken cancellationToken)
    {
        if (await db.FindAsync(id, cancellationToken) is not { } product) return NotFound();
        Product = product;
        return Page();
    }
}
