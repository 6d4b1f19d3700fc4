using System.Globalization;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace MarketChat.Features.Shared;

/// <summary>
/// Adds to <c>&lt;form data-recoverable&gt;</c> the hidden fields that <see cref="FormRecovery"/> needs: the form's id, which it keeps when
/// it is shown again, and its owner.
/// </summary>
[HtmlTargetElement("form", Attributes = "data-recoverable")]
public sealed class RecoverableFormTagHelper : TagHelper
{
    [ViewContext, HtmlAttributeNotBound]
    public required ViewContext ViewContext { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var posted = ViewContext.ModelState[FormRecovery.IdField]?.AttemptedValue;
        var id = Guid.TryParse(posted, out var known) && known != Guid.Empty ? known : Guid.NewGuid();
        output.PostContent.AppendHtml(Hidden(FormRecovery.IdField, id.ToString()));
        output.PostContent.AppendHtml(Hidden(
            FormRecovery.OwnerField, ViewContext.HttpContext.User.GetUserIdOrNull()?.ToString(CultureInfo.InvariantCulture) ?? ""));
    }

    private static TagBuilder Hidden(string name, string value) => new("input")
    {
        TagRenderMode = TagRenderMode.SelfClosing,
        Attributes = { ["type"] = "hidden", ["name"] = name, ["value"] = value, ["autocomplete"] = "off" },
    };
}

public static class RecoverableFormExtensions
{
    /// <summary>Whether a check box was checked when the form was posted; tag helpers handle only the other kinds of fields.</summary>
    public static bool IsChecked(this ModelStateDictionary form, string field) =>
        bool.TryParse(form[field]?.AttemptedValue, out var isChecked) && isChecked;
}
