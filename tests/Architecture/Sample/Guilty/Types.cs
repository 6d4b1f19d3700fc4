using System.ComponentModel;

namespace MarketChat.Tests.Architecture.Sample.Guilty;

// Each names Other.Thing by its relative name, in one of the ways in which code can. Innocent names nothing.
internal sealed class Innocent
{
    public static int Count => 2;
}

internal sealed class InBody
{
    public static int Count => Other.Thing.Count;
}

internal sealed class InSignature
{
    public static bool Take(Other.Thing? thing) => thing is null;
}

internal sealed class AsBase : Other.Thing;

internal sealed class AsGenericArgument
{
    public List<Other.Thing> Things { get; } = [];
}

internal sealed class InGenericCall
{
    public static Array Things => Array.Empty<Other.Thing>();
}

internal sealed class InAsyncMethod
{
    public static async Task<int> CountAsync()
    {
        await Task.Yield();
        return Other.Thing.Count;
    }
}

internal sealed class InLambda
{
    public static Func<int, int> Add => more => more + Other.Thing.Count;
}

internal sealed class InNestedType
{
    internal sealed class Inner
    {
        public static int Count => Other.Thing.Count;
    }
}

[TypeConverter(typeof(Other.Thing))]
internal sealed class InAttributeOfType;

internal sealed class InAttributeOfMember
{
    [TypeConverter(typeof(List<Other.Thing>))]
    public static int Count => 3;
}
