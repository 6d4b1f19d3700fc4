using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace MarketChat.Bench;

/// <summary>A row of the table.</summary>
/// <param name="Reach">The aim of the workload as a sentence.</param>
public sealed record Line(string Workload, string What, Measured? Measured, string Ratio, string Reach, bool? Reached);

/// <summary>A point of the chart: the cost of a workload at a size of the data, in microseconds of the server's CPU.</summary>
public sealed record Point(string Workload, double Size, double Cpu);

public sealed class Report
{
    private static readonly JsonSerializerOptions _json =
        new() { WriteIndented = true, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public List<Line> Lines { get; } = [];
    public List<Point> Points { get; } = [];

    public void Add(Line line)
    {
        Lines.Add(line);
        Console.Error.WriteLine($" {line.Workload} {line.What}: {line.Ratio} {(line.Reached is false ? "(aim missed)" : "")}");
    }

    public async Task WriteAsync(string folder, string command)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "bench.md"), ToMarkdown(command));
        await File.WriteAllTextAsync(Path.Combine(folder, "bench.json"),
            JsonSerializer.Serialize(new { at = DateTime.UtcNow, command, lines = Lines, points = Points }, _json));
        if (Points.Count > 0) await File.WriteAllTextAsync(Path.Combine(folder, "bench.svg"), Chart.Draw(Points));
    }

    public string ToMarkdown(string command)
    {
        var text = new StringBuilder();
        var machine = $"{Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}";
        text.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}, {machine}; `{command}`");
        text.AppendLine();
        text.AppendLine("| | workload | requests/s | p50 ms | p99 ms | CPU µs | bytes | resident MB | errors | ratio | aim |");
        text.AppendLine("|---|---|--:|--:|--:|--:|--:|--:|--:|---|---|");
        foreach (var line in Lines)
        {
            var m = line.Measured;
            var figures = m is null ? "| | | | | | | |" : string.Create(CultureInfo.InvariantCulture,
                $"| {m.PerSecond:N0} | {m.P50:0.00} | {m.P99:0.0} | {m.CpuPerRequest:N0} "
                + $"| {(double.IsNaN(m.Bytes) ? null : (double?)m.Bytes):N0} | {m.Resident / 1e6:0} | {m.Errors} |");
            var mark = line.Reached switch { true => "✓ ", false => "✗ ", null => "" };
            text.AppendLine(CultureInfo.InvariantCulture, $"| {line.Workload} | {line.What} {figures} {line.Ratio} | {mark}{line.Reach} |");
        }

        return text.ToString();
    }
}

/// <summary>Draws cost against data size on logarithmic axes. A flat line means that the cost does not depend on the size.</summary>
public static class Chart
{
    private const int Width = 720, Height = 360, Left = 64, Right = 200, Top = 24, Bottom = 44;

    // Distinguishable with colour vision deficiency (Okabe and Ito, "Color Universal Design", 2008).
    private static readonly string[] _colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

    public static string Draw(IReadOnlyList<Point> points)
    {
        var (minX, maxX) = (Math.Log10(points.Min(p => p.Size)), Math.Log10(points.Max(p => p.Size)));
        var (minY, maxY) = (Math.Floor(Math.Log10(points.Min(p => p.Cpu))), Math.Ceiling(Math.Log10(points.Max(p => p.Cpu))));
        double X(double size) => Left + (Math.Log10(size) - minX) / Math.Max(1, maxX - minX) * (Width - Left - Right);
        double Y(double cpu) => Height - Bottom - (Math.Log10(cpu) - minY) / Math.Max(1, maxY - minY) * (Height - Top - Bottom);

        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" "
            + $"font-family=\"system-ui, sans-serif\" font-size=\"12\">");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#fff\"/>");
        for (var power = minX; power <= maxX; power++) Write(X(Math.Pow(10, power)), Height - Bottom + 20, "middle", Number(power));
        for (var power = minY; power <= maxY; power++)
        {
            var y = Y(Math.Pow(10, power));
            svg.AppendLine(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {y:0}H{Width - Right}\" stroke=\"#e9eaed\"/>");
            Write(Left - 8, y + 4, "end", Number(power));
        }

        Write(Left, 14, "start", "server CPU per request, µs");
        Write(Width - Right, Height - 6, "end", "messages, rooms or products");
        foreach (var (index, line) in points.GroupBy(p => p.Workload).Index())
        {
            var colour = _colours[index % _colours.Length];
            var at = line.OrderBy(p => p.Size).Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.Size):0.0},{Y(p.Cpu):0.0}"))
                .ToList();
            svg.AppendLine(CultureInfo.InvariantCulture,
                $"<polyline points=\"{string.Join(' ', at)}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
            foreach (var point in at)
            {
                svg.AppendLine(CultureInfo.InvariantCulture,
                    $"<circle cx=\"{point.Split(',')[0]}\" cy=\"{point.Split(',')[1]}\" r=\"3.5\" fill=\"{colour}\"/>");
            }

            svg.AppendLine(CultureInfo.InvariantCulture,
                $"<circle cx=\"{Width - Right + 20}\" cy=\"{Top + 20 + index * 22}\" r=\"4\" fill=\"{colour}\"/>");
            Write(Width - Right + 32, Top + 24 + index * 22, "start", line.Key, "#1b1d21");
        }

        return svg.AppendLine("</svg>").ToString();

        static string Number(double power) => Math.Pow(10, power).ToString("N0", CultureInfo.InvariantCulture);

        void Write(double x, double y, string anchor, string text, string colour = "#666a71") => svg.AppendLine(
            CultureInfo.InvariantCulture, $"<text x=\"{x:0}\" y=\"{y:0}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{text}</text>");
    }
}
