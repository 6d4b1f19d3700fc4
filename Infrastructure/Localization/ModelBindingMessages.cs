using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace MarketChat.Infrastructure.Localization;

/// <summary>Localizes the messages of model binding about missing and invalid form values.</summary>
public sealed class ModelBindingMessages
{
    public static void Localize(MvcOptions options, IStringLocalizer<ModelBindingMessages> localizer)
    {
        var messages = options.ModelBindingMessageProvider;
        messages.SetAttemptedValueIsInvalidAccessor((_, _) => localizer["Invalid"]);
        messages.SetNonPropertyAttemptedValueIsInvalidAccessor(_ => localizer["Invalid"]);
        messages.SetUnknownValueIsInvalidAccessor(_ => localizer["Invalid"]);
        messages.SetNonPropertyUnknownValueIsInvalidAccessor(() => localizer["Invalid"]);
        messages.SetValueIsInvalidAccessor(_ => localizer["Invalid"]);
        messages.SetValueMustBeANumberAccessor(_ => localizer["Invalid"]);
        messages.SetNonPropertyValueMustBeANumberAccessor(() => localizer["Invalid"]);
        messages.SetValueMustNotBeNullAccessor(_ => localizer["Missing"]);
        messages.SetMissingBindRequiredValueAccessor(_ => localizer["Missing"]);
        messages.SetMissingKeyOrValueAccessor(() => localizer["Missing"]);
        messages.SetMissingRequestBodyRequiredValueAccessor(() => localizer["Missing"]);
    }
}
