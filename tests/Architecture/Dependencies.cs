using System.Collections.Concurrent;
using System.Reflection;
using Mono.Cecil;
using NetArchTest.Rules;
using ICustomAttributeProvider = Mono.Cecil.ICustomAttributeProvider;

namespace MarketChat.Tests.Architecture;

/// <summary>
/// Finds the types that reference given namespaces, in the compiled assembly, whatever alias the source uses. References that the compiler
/// removes are not found: the owner of a constant, <c>nameof</c>, an unused <c>using</c>.
/// </summary>
internal static class Dependencies
{
    // Cached, because reading an assembly takes longer than searching it.
    private static readonly ConcurrentDictionary<Assembly, Types> _read = new();

    /// <returns>
    /// The full names of the types selected by <paramref name="among"/> that reference one of the namespaces or their children.
    /// </returns>
    public static IReadOnlyList<string> On(Assembly assembly, Func<TypeDefinition, bool> among, params string[] namespaces)
    {
        if (namespaces.Length == 0) return [];
        var types = _read.GetOrAdd(assembly, read => Types.InAssembly(read));
        var inCode = types.That().MeetCustomRule(among).And().HaveDependencyOnAny(namespaces).GetTypes();
        var inAttributes = types.That().MeetCustomRule(among).And().MeetCustomRule(HasOneInAttribute).GetTypes();
        return [.. inCode.Concat(inAttributes).Select(type => type.FullName.Split('/', '+')[0]).Distinct().Order()];

        bool HasOneInAttribute(TypeDefinition type) =>
            TypesInAttributes(type).Any(name => namespaces.Any(space => name.Contains($"{space}.")));
    }

    /// <summary>The outermost declaring type, or the type itself if it is not nested.</summary>
    public static TypeDefinition Outermost(this TypeDefinition type) => type.DeclaringType?.Outermost() ?? type;

    // NetArchTest reads the attribute types, but not the attribute arguments.
    private static IEnumerable<string> TypesInAttributes(TypeDefinition type)
    {
        IEnumerable<ICustomAttributeProvider> bearers =
            [type, .. type.Fields, .. type.Properties, .. type.Events, .. type.Methods,
                .. type.Methods.SelectMany(method => method.Parameters)];
        return bearers.SelectMany(bearer => bearer.CustomAttributes)
            .SelectMany(attribute => attribute.ConstructorArguments
                .Concat(attribute.Properties.Concat(attribute.Fields).Select(named => named.Argument)))
            .SelectMany(TypesIn);
    }

    private static IEnumerable<string> TypesIn(CustomAttributeArgument argument) => argument.Value switch
    {
        TypeReference type => [type.FullName], // Includes its generic arguments.
        CustomAttributeArgument[] several => several.SelectMany(TypesIn),
        CustomAttributeArgument boxed => TypesIn(boxed),
        _ => [],
    };
}
