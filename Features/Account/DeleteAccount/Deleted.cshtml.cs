using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Account.DeleteAccount;

/// <summary>The page that confirms that the account has been deleted.</summary>
[AllowAnonymous]
public sealed class DeletedModel : PageModel;
