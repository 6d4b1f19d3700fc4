using System.Globalization;

namespace MarketChat.Bench;

/// <summary>The command line options.</summary>
/// <param name="Only">Workloads to run, by number as in "1,4b,5"; empty for all.</param>
/// <param name="Seconds">The time for which each target is driven in each round.</param>
/// <param name="Rounds">The number of rounds of alternating between the targets.</param>
/// <param name="Messages">The number of messages in the largest room.</param>
/// <param name="Waiting">The number of held polls that wait at the same time.</param>
/// <param name="Soak">The seconds of a mixed load over which memory must not grow; 0 for none.</param>
/// <param name="Out">Folder for the report.</param>
public sealed record Options(HashSet<string> Only, double Seconds, int Rounds, int Messages, int Waiting, double Soak, string Out)
{
    public const string Usage = """
        dotnet run -c Release --project tests/Bench -- [options]
          --only 1,4b,5      run only these workloads (default: all)
          --seconds 3        seconds for each target in each round
          --rounds 3         rounds of alternating between the targets
          --messages 1000000 messages in the largest room
          --waiting 5000     held polls that wait at the same time
          --soak 0           seconds of a mixed load over which memory must not grow (600 for the table in README.md)
          --out DIR          where bench.md, bench.json and bench.svg go (default: artifacts/bench)
        """;

    public bool Wants(string workload) => Only.Count == 0 || Only.Contains(workload);

    /// <summary>Parses the arguments; null if they are invalid.</summary>
    public static Options? Parse(string[] args)
    {
        var options = new Options([], 3, 3, 1_000_000, 5_000, Soak: 0, "artifacts/bench");
        if (args.Length % 2 != 0) return null;
        foreach (var pair in args.Chunk(2))
        {
            var value = pair[1];
            options = pair[0] switch
            {
                "--only" => options with { Only = [.. value.Split(',')] },
                "--seconds" => options with { Seconds = double.Parse(value, CultureInfo.InvariantCulture) },
                "--rounds" => options with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) },
                "--messages" => options with { Messages = int.Parse(value, CultureInfo.InvariantCulture) },
                "--waiting" => options with { Waiting = int.Parse(value, CultureInfo.InvariantCulture) },
                "--soak" => options with { Soak = double.Parse(value, CultureInfo.InvariantCulture) },
                "--out" => options with { Out = value },
                _ => null!,
            };
            if (options is null) return null;
        }

        return options;
    }
}
