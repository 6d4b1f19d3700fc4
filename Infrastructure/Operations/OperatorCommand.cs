namespace MarketChat.Infrastructure.Operations;

/// <summary>
/// What an operator asks for instead of serving: <c>dotnet run -- check</c>, <c>-- backup FILE</c> or <c>-- restore FILE</c>, with
/// settings behind it as ever (<c>--Storage:Root=/srv/market</c>).
/// </summary>
/// <param name="Operand">The word behind the name, or "".</param>
/// <param name="Settings">The rest of the line, for the configuration.</param>
public sealed record OperatorCommand(string Name, string Operand, string[] Settings)
{
    public const string Usage = """
        dotnet run                    serves the app
        dotnet run -- check           says whether everything stored agrees with everything else
        dotnet run -- backup FILE     writes database, photos and keys into one new file, while the app runs
        dotnet run -- restore FILE    brings them back; the app must not be running
        """;

    /// <summary>Null when the line names no command, and the app is to serve.</summary>
    public static OperatorCommand? Parse(string[] args) => args switch
    {
        [] => null,
        [var first, ..] when IsSetting(first) => null,
        [var name, var operand, ..] when !operand.StartsWith('-') => new(name, operand, args[2..]),
        [var name, ..] => new(name, "", args[1..]),
    };

    private static bool IsSetting(string word) => word.StartsWith('-') || word.Contains('=');
}
