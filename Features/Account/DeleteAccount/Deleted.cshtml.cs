using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Account.DeleteAccount;

/// <summary>The last page of an account: it is gone, and this says so.</summary>
[AllowAnonymous]
public sealed class DeletedModel : PageModel;
