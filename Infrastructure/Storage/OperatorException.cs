namespace MarketChat.Infrastructure.Storage;

/// <summary>
/// Thrown when a command or the start of the app cannot proceed for a reason that the operator can fix. The message is a sentence for the
/// operator. Nothing has been changed.
/// </summary>
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
