using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;

namespace MarketChat.Features.Products.Post;

/// <summary>A validation error of the form.</summary>
/// <param name="Field">The name of the field.</param>
/// <param name="MessageKey">The resource key of the message.</param>
/// <param name="Limit">The limit that the message mentions.</param>
public sealed record ValidationError(string Field, string MessageKey, int Limit = 0);

/// <summary>The normalized values of the form, not yet validated. The price is null if it is missing or not a number.</summary>
public sealed record ProductDraft(string Title, long? Price, string Description)
{
    public static ProductDraft Parse(string? title, string? price, bool free, string? description) =>
        new(PlainText.NormalizeInput(title).Replace('\n', ' '), free ? 0 : PriceParser.Parse(price), PlainText.NormalizeInput(description));

    public IEnumerable<ValidationError> Validate() =>
        new[] { ValidateTitle(), ValidatePrice(), ValidateDescription() }.OfType<ValidationError>();

    private ValidationError? ValidateTitle() => Title switch
    {
        "" => new(nameof(Title), "TitleMissing"),
        { Length: > Product.MaxTitleLength } => new(nameof(Title), "TitleTooLong", Product.MaxTitleLength),
        _ when !Title.IsWellFormed() => new(nameof(Title), "TitleMalformed"),
        _ => null,
    };

    private ValidationError? ValidatePrice() => Price switch
    {
        null => new(nameof(Price), "PriceMissing"),
        > Product.MaxPrice => new(nameof(Price), "PriceTooHigh", Product.MaxPrice),
        _ => null,
    };

    private ValidationError? ValidateDescription() => Description switch
    {
        "" => new(nameof(Description), "DescriptionMissing"),
        { Length: > Product.MaxDescriptionLength } => new(nameof(Description), "DescriptionTooLong", Product.MaxDescriptionLength),
        _ when !Description.IsWellFormed() => new(nameof(Description), "DescriptionMalformed"),
        _ => null,
    };
}
