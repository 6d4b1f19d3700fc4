using System.Reflection;

namespace MarketChat.Tests.Support;

/// <summary>A table in a README of the app that a test runs cell by cell, so that the table cannot differ from the code.</summary>
public static class ReadmeTable
{
    private static readonly string _root = typeof(ReadmeTable).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "AppRoot").Value!;

    /// <summary>The cells of the first table below a heading of the second level.</summary>
    public static IReadOnlyList<(string Row, string Column, string Cell)> Read(string readme, string heading)
    {
        var lines = File.ReadLines(Path.Combine(_root, readme))
            .SkipWhile(line => line != $"## {heading}").SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)).ToList();
        return [.. lines.Skip(2).SelectMany(row => lines[0].Zip(row).Skip(1).Select(cell => (row[0], cell.First, cell.Second)))];
    }
}
