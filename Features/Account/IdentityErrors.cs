using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace MarketChat.Features.Account;

public static class IdentityErrors
{
    private const string UserNameField = "UserName";
    private const string WholeForm = "";

    /// <summary>Puts what Identity found wrong beside the field it is about.</summary>
    public static void AddIdentityErrors(this ModelStateDictionary form, IdentityResult result)
    {
        foreach (var error in result.Errors)
        {
            form.AddModelError(error.Code.EndsWith(UserNameField, StringComparison.Ordinal) ? UserNameField : WholeForm, error.Description);
        }
    }
}
