using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace MarketChat.Features.Shared;

/// <summary>
/// Ties a field to what stands around it, for those who hear the page rather than see it: its errors, and its hint, whose id is the
/// field's with "-hint". The first error on the page gets the focus.
/// </summary>
[HtmlTargetElement("input", Attributes = "asp-for")]
[HtmlTargetElement("textarea", Attributes = "asp-for")]
[HtmlTargetElement("select", Attributes = "asp-for")]
public sealed class FieldTagHelper : TagHelper
{
    [HtmlAttributeName("asp-for")]
    public required ModelExpression For { get; set; }

    /// <summary>Whether the field has a hint.</summary>
    public bool Hinted { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public required ViewContext ViewContext { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var broken = ViewContext.ViewData.ModelState.ErrorsOf(For.Name).Any();
        var describedBy = (Hinted, broken) switch
        {
            (true, true) => $"{For.Name}-error {For.Name}-hint",
            (true, false) => $"{For.Name}-hint",
            (false, true) => $"{For.Name}-error",
            _ => null,
        };
        if (describedBy is not null) output.Attributes.SetAttribute("aria-describedby", describedBy);
        if (!broken) return;
        output.Attributes.SetAttribute("aria-invalid", "true");
        output.AutofocusOnce(ViewContext);
    }
}

/// <summary><c>&lt;field-error for="Title" /&gt;</c>: what is wrong with a field, where anything is.</summary>
public sealed class FieldErrorTagHelper : TagHelper
{
    public required ModelExpression For { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public required ViewContext ViewContext { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.Attributes.SetAttribute("class", "field__error");
        output.Attributes.SetAttribute("id", $"{For.Name}-error");
        output.RenderAsParagraph(ViewContext.ViewData.ModelState.ErrorsOf(For.Name));
    }
}

/// <summary><c>&lt;form-error /&gt;</c>: what is wrong with the form as a whole, where anything is.</summary>
public sealed class FormErrorTagHelper : TagHelper
{
    [ViewContext, HtmlAttributeNotBound]
    public required ViewContext ViewContext { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.Attributes.SetAttribute("class", "form__error");
        output.Attributes.SetAttribute("role", "alert");
        output.Attributes.SetAttribute("tabindex", "-1");
        output.RenderAsParagraph(ViewContext.ViewData.ModelState.ErrorsOf(""));
        if (output.TagName is not null) output.AutofocusOnce(ViewContext);
    }
}

internal static class FieldErrors
{
    public static IEnumerable<string> ErrorsOf(this ModelStateDictionary form, string field) =>
        form.TryGetValue(field, out var entry) ? entry.Errors.Select(error => error.ErrorMessage) : [];

    public static void AutofocusOnce(this TagHelperOutput output, ViewContext view)
    {
        if (view.FormContext.FormData.TryAdd("autofocus", true)) output.Attributes.SetAttribute(new TagHelperAttribute("autofocus"));
    }

    public static void RenderAsParagraph(this TagHelperOutput output, IEnumerable<string> sentences)
    {
        output.TagName = "p";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Content.SetContent(string.Join(' ', sentences));
        if (output.Content.IsEmptyOrWhiteSpace) output.SuppressOutput();
    }
}
