using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace MarketChat.Features.Shared;

/// <summary>
/// Associates a form field with its error message and its hint by <c>aria-describedby</c>, for screen readers. The id of the hint is the
/// field's id with "-hint". The first invalid field on the page gets the focus.
/// </summary>
[HtmlTargetElement("input", Attributes = "asp-for")]
[HtmlTargetElement("textarea", Attributes = "asp-for")]
[HtmlTargetElement("select", Attributes = "asp-for")]
public sealed class FieldTagHelper : TagHelper
{
    [HtmlAttributeName("asp-for")]
    public required ModelExpression For { get; set; }

    /// <summary>Whether the page has a hint for the field.</summary>
    public bool Hinted { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public required ViewContext ViewContext { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var isInvalid = ViewContext.ViewData.ModelState.GetErrors(For.Name).Any();
        var describedBy = (Hinted, isInvalid) switch
        {
            (true, true) => $"{For.Name}-error {For.Name}-hint",
            (true, false) => $"{For.Name}-hint",
            (false, true) => $"{For.Name}-error",
            _ => null,
        };
        if (describedBy is not null) output.Attributes.SetAttribute("aria-describedby", describedBy);
        if (!isInvalid) return;
        output.Attributes.SetAttribute("aria-invalid", "true");
        output.AutofocusOnce(ViewContext);
    }
}

/// <summary>Renders <c>&lt;field-error for="Title" /&gt;</c>: the error messages of a field, if there are any.</summary>
public sealed class FieldErrorTagHelper : TagHelper
{
    public required ModelExpression For { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public required ViewContext ViewContext { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.Attributes.SetAttribute("class", "field__error");
        output.Attributes.SetAttribute("id", $"{For.Name}-error");
        output.RenderAsParagraph(ViewContext.ViewData.ModelState.GetErrors(For.Name));
    }
}

/// <summary>Renders <c>&lt;form-error /&gt;</c>: the error messages of the form as a whole, if there are any.</summary>
public sealed class FormErrorTagHelper : TagHelper
{
    [ViewContext, HtmlAttributeNotBound]
    public required ViewContext ViewContext { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.Attributes.SetAttribute("class", "form__error");
        output.Attributes.SetAttribute("role", "alert");
        output.Attributes.SetAttribute("tabindex", "-1");
        output.RenderAsParagraph(ViewContext.ViewData.ModelState.GetErrors(""));
        if (output.TagName is not null) output.AutofocusOnce(ViewContext);
    }
}

internal static class FieldErrors
{
    public static IEnumerable<string> GetErrors(this ModelStateDictionary form, string field) =>
        form.TryGetValue(field, out var entry) ? entry.Errors.Select(error => error.ErrorMessage) : [];

    public static void AutofocusOnce(this TagHelperOutput output, ViewContext view)
    {
        if (view.FormContext.FormData.TryAdd("autofocus", true)) output.Attributes.SetAttribute(new TagHelperAttribute("autofocus"));
    }

    public static void RenderAsParagraph(this TagHelperOutput output, IEnumerable<string> messages)
    {
        output.TagName = "p";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Content.SetContent(string.Join(' ', messages));
        if (output.Content.IsEmptyOrWhiteSpace) output.SuppressOutput();
    }
}
