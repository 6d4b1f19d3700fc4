using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace MarketChat.Infrastructure.Localization;

/// <summary>The framework's own sentences about form values, in the reader's language.</summary>
public sealed class BindingMessages
{
    public static void Localize(MvcOptions options, IStringLocalizer<BindingMessages> words)
    {
        var messages = options.ModelBindingMessageProvider;
        messages.SetAttemptedValueIsInvalidAccessor((_, _) => words["Invalid"]);
        messages.SetNonPropertyAttemptedValueIsInvalidAccessor(_ => words["Invalid"]);
        messages.SetUnknownValueIsInvalidAccessor(_ => words["Invalid"]);
        messages.SetNonPropertyUnknownValueIsInvalidAccessor(() => words["Invalid"]);
        messages.SetValueIsInvalidAccessor(_ => words["Invalid"]);
        messages.SetValueMustBeANumberAccessor(_ => words["Invalid"]);
        messages.SetNonPropertyValueMustBeANumberAccessor(() => words["Invalid"]);
        messages.SetValueMustNotBeNullAccessor(_ => words["Missing"]);
        messages.SetMissingBindRequiredValueAccessor(_ => words["Missing"]);
        messages.SetMissingKeyOrValueAccessor(() => words["Missing"]);
        messages.SetMissingRequestBodyRequiredValueAccessor(() => words["Missing"]);
    }
}
