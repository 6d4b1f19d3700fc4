namespace MarketChat.Infrastructure.Storage;

/// <summary>Why something an operator asked for is not done, as a sentence for them. Nothing has been changed.</summary>
public sealed class OperatorException : Exception
{
    public OperatorException()
    {
    }

    public OperatorException(string message) : base(message)
    {
    }

    public OperatorException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
