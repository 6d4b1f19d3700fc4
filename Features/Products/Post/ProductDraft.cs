using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Text;

namespace MarketChat.Features.Products.Post;

/// <summary>A validation error of the form.</summary>
/// <param name="Field">The name of the field.</param>
/// <param name="MessageKey">The resource key of the message.</param>
/// <param name="Limit">The limit that the message mentions.</param>
public sealed record ValidationError(string Field, string MessageKey, int Limit = 0);

/// <summary>The normalized values of the form, not yet validated. The price is null if it is missing or not an amount.</summary>
public sealed record ProductDraft(string Title, long? Price, string Description, bool HasPrice = true)
{
    public static ProductDraft Parse(string? title, string? price, bool free, string? description) =>
        new(PlainText.NormalizeInput(title).Replace('\n', ' '), free ? 0 : PriceParser.Parse(price),
            PlainText.NormalizeInput(description), free || !(price ?? "").IsBlank());

    public IEnumerable<ValidationError> Validate() =>
        new[] { ValidateTitle(), ValidatePrice(), ValidateDescription() }.OfType<ValidationError>();

    private ValidationError? ValidateTitle() => ValidateText(nameof(Title), Title, Product.MaxTitleLength);

    private ValidationError? ValidatePrice() => Price switch
    {
        null => new(nameof(Price), HasPrice ? "PriceUnclear" : "PriceMissing"),
        > Product.MaxPrice => new(nameof(Price), "PriceTooHigh", Product.MaxPrice),
        _ => null,
    };

    private ValidationError? ValidateDescription() => ValidateText(nameof(Description), Description, Product.MaxDescriptionLength);

    private static ValidationError? ValidateText(string field, string text, int limit) => text switch
    {
        _ when !text.IsWellFormed() => new(field, $"{field}Malformed"),
        _ when text.IsBlank() => new(field, $"{field}Missing"),
        _ when Characters.Count(text) > limit => new(field, $"{field}TooLong", limit),
        _ => null,
    };
}
