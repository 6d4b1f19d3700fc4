namespace MarketChat.Infrastructure.Storage;

/// <summary>Why something an operator asked for is not done, as a sentence for them. Nothing has been changed.</summary>
public sealed class RefusedException : Exception
{
    public RefusedException()
    {
    }

    public RefusedException(string message) : base(message)
    {
    }

    public RefusedException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
