namespace MarketChat.Tests.Architecture.Sample.Other;

public class Thing
{
    public static int Count => 1;
}
