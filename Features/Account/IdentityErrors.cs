using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace MarketChat.Features.Account;

public static class IdentityErrors
{
    private const string UserNameField = "UserName";
    private const string WholeForm = "";

    /// <summary>
    /// Adds the errors of ASP.NET Core Identity to the form: those about the user name to its field, and the others to the form as a whole.
    /// </summary>
    public static void AddIdentityErrors(this ModelStateDictionary form, IdentityResult result)
    {
        foreach (var error in result.Errors)
        {
            form.AddModelError(error.Code.EndsWith(UserNameField, StringComparison.Ordinal) ? UserNameField : WholeForm, error.Description);
        }
    }
}
