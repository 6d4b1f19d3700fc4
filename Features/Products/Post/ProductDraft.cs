using MarketChat.Infrastructure.Data;

namespace MarketChat.Features.Products.Post;

/// <summary>A broken rule: the form's field, the sentence by its key in the slice's words, and the limit that the sentence names.</summary>
public sealed record DraftProblem(string Field, string Sentence, int Limit = 0);

/// <summary>What the form says, understood as far as it can be: a price that is no price is null.</summary>
public sealed record ProductDraft(string Title, long? Price, string Description)
{
    public static ProductDraft Read(string? title, string? price, bool free, string? description) =>
        new(PlainText.Tidy(title).Replace('\n', ' '), free ? 0 : WonText.Read(price), PlainText.Tidy(description));

    public IEnumerable<DraftProblem> Problems() => new[] { TitleProblem(), PriceProblem(), DescriptionProblem() }.OfType<DraftProblem>();

    private DraftProblem? TitleProblem() => Title switch
    {
        "" => new(nameof(Title), "TitleMissing"),
        { Length: > Product.MaxTitleLength } => new(nameof(Title), "TitleTooLong", Product.MaxTitleLength),
        _ when !Title.IsStorable() => new(nameof(Title), "TitleNotText"),
        _ => null,
    };

    private DraftProblem? PriceProblem() => Price switch
    {
        null => new(nameof(Price), "PriceMissing"),
        > Product.MaxPrice => new(nameof(Price), "PriceTooHigh", Product.MaxPrice),
        _ => null,
    };

    private DraftProblem? DescriptionProblem() => Description switch
    {
        "" => new(nameof(Description), "DescriptionMissing"),
        { Length: > Product.MaxDescriptionLength } => new(nameof(Description), "DescriptionTooLong", Product.MaxDescriptionLength),
        _ when !Description.IsStorable() => new(nameof(Description), "DescriptionNotText"),
        _ => null,
    };
}
