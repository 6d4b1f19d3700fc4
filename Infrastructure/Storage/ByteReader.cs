namespace MarketChat.Infrastructure.Storage;

/// <summary>Takes bytes off the front of a file somebody sent, and says no rather than go past its end.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    public ReadOnlySpan<byte> Rest { get; private set; } = bytes;

    /// <param name="count">In bytes; unsigned and wide, so that a length read from the file fits whatever it claims.</param>
    /// <param name="taken">Empty when there are not that many.</param>
    public bool TryTake(uint count, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (count > Rest.Length) return false;
        taken = Rest[..(int)count];
        Rest = Rest[(int)count..];
        return true;
    }
}
