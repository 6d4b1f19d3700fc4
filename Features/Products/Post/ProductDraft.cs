using MarketChat.Infrastructure.Data;

namespace MarketChat.Features.Products.Post;

/// <summary>A broken rule: the form's field, the sentence by its key in the slice's words, and the limit that the sentence names.</summary>
public sealed record ValidationError(string Field, string MessageKey, int Limit = 0);

/// <summary>What the form says, understood as far as it can be: a price that is no price is null.</summary>
public sealed record ProductDraft(string Title, long? Price, string Description)
{
    public static ProductDraft Read(string? title, string? price, bool free, string? description) =>
        new(PlainText.NormalizeInput(title).Replace('\n', ' '), free ? 0 : PriceParser.Parse(price), PlainText.NormalizeInput(description));

    public IEnumerable<ValidationError> Validate() =>
        new[] { TitleProblem(), PriceProblem(), DescriptionProblem() }.OfType<ValidationError>();

    private ValidationError? TitleProblem() => Title switch
    {
        "" => new(nameof(Title), "TitleMissing"),
        { Length: > Product.MaxTitleLength } => new(nameof(Title), "TitleTooLong", Product.MaxTitleLength),
        _ when !Title.IsWellFormed() => new(nameof(Title), "TitleNotText"),
        _ => null,
    };

    private ValidationError? PriceProblem() => Price switch
    {
        null => new(nameof(Price), "PriceMissing"),
        > Product.MaxPrice => new(nameof(Price), "PriceTooHigh", Product.MaxPrice),
        _ => null,
    };

    private ValidationError? DescriptionProblem() => Description switch
    {
        "" => new(nameof(Description), "DescriptionMissing"),
        { Length: > Product.MaxDescriptionLength } => new(nameof(Description), "DescriptionTooLong", Product.MaxDescriptionLength),
        _ when !Description.IsWellFormed() => new(nameof(Description), "DescriptionNotText"),
        _ => null,
    };
}
