namespace MarketChat.Infrastructure.Operations;

/// <summary>
/// A command on the command line that the process executes instead of serving: <c>dotnet run -- check</c>, <c>-- backup FILE</c> or <c>--
/// restore FILE</c>. Settings may follow, such as <c>--Storage:Root=/srv/market</c>.
/// </summary>
/// <param name="Operand">The argument after the name, or "".</param>
/// <param name="Settings">The remaining arguments, for the configuration.</param>
public sealed record OperatorCommand(string Name, string Operand, string[] Settings)
{
    public const string Usage = """
        dotnet run                    run the app
        dotnet run -- check           check that the stored data is consistent
        dotnet run -- backup FILE     write database, photos and keys into a new file; the app may be running
        dotnet run -- restore FILE    replace the stored data with a backup; the app must not be running
        """;

    /// <summary>Parses the command line. Null if it contains no command, so that the app is to serve.</summary>
    public static OperatorCommand? Parse(string[] args) => args switch
    {
        [] => null,
        [var first, ..] when IsSetting(first) => null,
        [var name, var operand, ..] when !operand.StartsWith('-') => new(name, operand, args[2..]),
        [var name, ..] => new(name, "", args[1..]),
    };

    private static bool IsSetting(string argument) => argument.StartsWith('-') || argument.Contains('=');
}
