using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace MarketChat.Bench;

/// <summary>The workloads, by their numbers in the table.</summary>
public sealed class Workloads(Options options, Report report, ServerProcess app, ServerProcess small, ServerProcess bare, Dataset dataset,
    BenchUsers users)
{
    private const int Connections = 32;
    private const int FewConnections = 8;

    // "안녕하세요! 아직 있나요?", form-encoded.
    private const string Greeting =
        "payload=%EC%95%88%EB%85%95%ED%95%98%EC%84%B8%EC%9A%94!+%EC%95%84%EC%A7%81+%EC%9E%88%EB%82%98%EC%9A%94%3F";

    private readonly string _reader = users.CookieOf(Dataset.Reader);

    public async Task RunAsync()
    {
        if (options.Wants("1") || options.Wants("4")) await PollsAsync();
        if (options.Wants("3")) await SendsAsync();
        if (options.Wants("4b")) await DeliveryAsync();
        if (options.Wants("5") || options.Wants("8")) await RoomsAsync();
        if (options.Wants("6")) await ListsAsync();
        if (options.Wants("7")) await BadgesAsync();
        if (options.Wants("9")) await ProductsAsync();
        if (options.Wants("10")) await SearchBenchmark.AddAsync(options, report, app, users, dataset.Storage);
        if (options.Wants("2")) await HeldAsync();
        if (options.Soak > 0) await SoakAsync();
    }

    private async Task PollsAsync()
    {
        var room = dataset.RoomOfSize[100];
        var version = (await JsonAsync(app, _reader, $"/chat/{room}?handler=Messages&after=100")).GetProperty("version").GetInt64();
        var idle = Target.Same("idle poll", app, Connections,
            HttpConnection.Get($"/chat/{room}?handler=Messages&after=100&version={version}", _reader), 204);
        var badge = Target.Same("idle badge", app, Connections, HttpConnection.Get($"/badge?version={version}", _reader), 204);
        var limit = Target.Same("bare Kestrel", bare, Connections, HttpConnection.Get("/poll", _reader), 204);
        var news = Target.Same("poll with news", app, Connections, HttpConnection.Get($"/chat/{room}?handler=Messages&after=99", _reader));
        var m = await Load.InTurnAsync(options, limit, idle, badge, news);
        report.Add(new("1", "bare Kestrel with cookie authentication", m[0], "the limit", "", null));
        AddRatio("1", "idle poll, current version", m[1], m[0], 1.6, "CPU of the limit");
        AddRatio("1", "idle badge, current version", m[2], m[0], 1.6, "CPU of the limit");
        AddRatio("4", "poll with one new message", m[3], m[1], 4, "CPU of the idle poll");
    }

    private async Task SendsAsync()
    {
        var senders = await SendersAsync();
        var insert = new Target("bare insert", bare, Dataset.Senders, number => Posting(senders[number], () => "/insert"));
        var apart = new Target("16 rooms", app, Dataset.Senders,
            number => Posting(senders[number], () => $"/chat/{dataset.RoomOfSender(number)}/send"), 201);
        var seller = await TokenAsync(users.CookieOf(DatasetBuilder.Seller));
        var together = new Target("one room", app, Dataset.Senders,
            number => Posting(number % 2 == 0 ? senders[0] : seller, () => $"/chat/{dataset.RoomOfSender(0)}/send"), 201);
        var m = await Load.InTurnAsync(options, insert, apart, together);
        report.Add(new("3", "bare Kestrel, one durable insert per request", m[0], "the limit", "", null));
        foreach (var (what, sends) in new[] { ("16 senders in 16 rooms", m[1]), ("16 senders in one room", m[2]) })
        {
            var ratio = sends.PerSecond / m[0].PerSecond;
            report.Add(new("3", what, sends, Times(ratio, "the limit's requests/s"), "at least 0.7 ×, p99 under 10 × p50, no error",
                ratio >= 0.7 && sends.P99 < 10 * sends.P50 && sends.Errors == 0));
        }
    }

    private async Task RoomsAsync()
    {
        var targets = dataset.RoomOfSize.Select(room =>
            Target.Same($"{room.Key}", app, FewConnections, HttpConnection.Get($"/chat/{room.Value}", _reader, "text/html"))).ToArray();
        var m = await Load.InTurnAsync(options, targets);
        AddSizes("5", "open a room of {0} messages", "open a room", dataset.RoomOfSize.Keys, m, 1.2, andBytes: true);

        // The oldest messages of the largest room, compared with an equally full page of the smallest.
        var pages = new[] { 100, options.Messages }.Select(size => Target.Same($"{size}", app, FewConnections,
            HttpConnection.Get($"/chat/{dataset.RoomOfSize[size]}?handler=History&before={FirstMessage(size) + 50}", _reader))).ToArray();
        AddSizes("8", "oldest history page of {0} messages", "history", [100, options.Messages], await Load.InTurnAsync(options, pages),
            1.2, andBytes: false);
    }

    private async Task ListsAsync()
    {
        int[] owners = [Dataset.TenRooms, Dataset.ThousandRooms, Dataset.TenThousandRooms];
        // Ten rooms do not fill a page, so the bytes differ and are not compared.
        var targets = owners.Select(owner =>
            Target.Same($"{owner}", app, FewConnections, HttpConnection.Get("/chat?handler=Rooms", users.CookieOf(owner)))).ToArray();
        AddSizes("6", "list of {0} rooms", "room list", [10, 1_000, 10_000], await Load.InTurnAsync(options, targets), 1.5,
            andBytes: false);
    }

    private async Task BadgesAsync()
    {
        int[] owners = [Dataset.TenRooms, Dataset.ThousandRooms, Dataset.TenThousandRooms, Dataset.ThousandUnread];
        var targets = owners.Select(owner =>
            Target.Same($"{owner}", app, FewConnections, HttpConnection.Get("/badge", users.CookieOf(owner))))
            .ToArray();
        var m = await Load.InTurnAsync(options, targets);
        AddSizes("7", "badge over {0} rooms, 1 unread", "badge", [10, 1_000, 10_000], m[..3], 1.5, andBytes: false);
        AddRatio("7", "badge over 10,000 rooms, 1,000 unread", m[3], m[0], 1.5, "CPU at 10 rooms");
    }

    private async Task ProductsAsync()
    {
        var home = await Load.InTurnAsync(options,
            new[] { small, app }.Select(server => Target.Same("home", server, FewConnections, HttpConnection.Get("/", accept: "text/html")))
            .ToArray());
        AddSizes("9", "home page with {0} products", "home page", [Dataset.FewProducts, Dataset.ManyProducts], home, 1.5,
            andBytes: false);

        var (few, many) =
            (await TokenAsync(users.CookieOf(Dataset.TenRooms), small), await TokenAsync(users.CookieOf(Dataset.TenThousandRooms)));
        var start = await Load.InTurnAsync(options,
            new Target("few", small, FewConnections, _ => Posting(few, () => "/products/5/start-chat")),
            new Target("many", app, FewConnections, _ => Posting(many, () => "/products/5/start-chat")));
        AddSizes("9", "start a chat that exists, among {0} rooms", "start a chat", [10, 10_000], start, 1.5, andBytes: false);
    }

    /// <summary>
    /// Ten messages a second, each to a user whose poll is held. The delay is from the sender's acknowledgement to the poll's response.
    /// </summary>
    private async Task DeliveryAsync()
    {
        using var held = await HeldPolls.OpenAsync(app, dataset, users, count: Math.Min(100, options.Waiting));
        var delivery = await held.DeliverAsync(await TokenAsync(users.CookieOf(DatasetBuilder.Seller)), perSecond: 10,
            TimeSpan.FromSeconds(Math.Max(10, options.Seconds * options.Rounds)));
        report.Add(new("4b", $"held delivery at 10 messages/s, acknowledged to answered", delivery.ToMeasured(app), delivery.Sentence,
            "p50 under 4 ms, p99 under 18 ms", delivery.P50 < 4 && delivery.P99 < 18 && delivery.Lost == 0));
    }

    private async Task HeldAsync()
    {
        var before = app.ResidentBytes;
        using var held = await HeldPolls.OpenAsync(app, dataset, users, options.Waiting);
        var each = (app.ResidentBytes - before) / 1024.0 / options.Waiting;
        await Task.Delay(TimeSpan.FromSeconds(2));
        var (cpu, started) = (app.CpuSeconds, Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(5));
        var idle = (app.CpuSeconds - cpu) / Stopwatch.GetElapsedTime(started).TotalSeconds * 100;
        report.Add(new("2", $"{options.Waiting:N0} held polls waiting", null,
            string.Create(CultureInfo.InvariantCulture, $"{each:0.0} KB each, {idle:0.0} % of a core"),
            "under 40 KB resident each, idle CPU under 2 %", each < 40 && idle < 2));

        var delivery = await held.DeliverAsync(await TokenAsync(users.CookieOf(DatasetBuilder.Seller)), perSecond: 200,
            TimeSpan.FromSeconds(10));
        report.Add(new("2", "then 200 messages/s to random users, acknowledged to answered", delivery.ToMeasured(app), delivery.Sentence,
            "p99 under 100 ms", delivery.P99 < 100 && delivery.Lost == 0));
    }

    private async Task SoakAsync()
    {
        var (room, senders) = (dataset.RoomOfSize[100], await SendersAsync());
        await Soak.AddAsync(
            report, options,
            Target.Same("news", app, Connections, HttpConnection.Get($"/chat/{room}?handler=Messages&after=99", _reader)),
            new Target("send", app, Dataset.Senders, number => Posting(senders[number], () => $"/chat/{dataset.RoomOfSender(number)}/send"),
                201),
            Target.Same("room", app, FewConnections, HttpConnection.Get($"/chat/{room}", _reader, "text/html")),
            Target.Same("list", app, FewConnections, HttpConnection.Get("/chat?handler=Rooms", users.CookieOf(Dataset.ThousandRooms))),
            Target.Same("home", app, FewConnections, HttpConnection.Get("/", accept: "text/html")));
    }

    private void AddSizes(string workload, string what, string curve, IEnumerable<int> sizes, Measured[] m, double atMost, bool andBytes)
    {
        foreach (var (index, size) in sizes.Index())
        {
            report.Points.Add(new(curve, size, m[index].CpuPerRequest));
            var name = string.Format(CultureInfo.InvariantCulture, what, size.ToString("N0", CultureInfo.InvariantCulture));
            if (index == 0) report.Add(new(workload, name, m[0], "itself", "", null));
            else
            {
                var (ratio, bytes) = (m[index].CpuPerRequest / m[0].CpuPerRequest, m[index].Bytes / m[0].Bytes);
                var sentence = Times(ratio, "CPU") + (andBytes ? $", {Times(bytes, "bytes")}" : "");
                report.Add(new(workload, name, m[index], sentence, $"at most {Times(atMost, andBytes ? "CPU and bytes" : "CPU")}",
                    ratio <= atMost && (!andBytes || bytes <= atMost) && m[index].Errors == 0));
            }
        }
    }

    private void AddRatio(string workload, string what, Measured measured, Measured limit, double atMost, string of)
    {
        var ratio = measured.CpuPerRequest / limit.CpuPerRequest;
        report.Add(
            new(workload, what, measured, Times(ratio, of), $"at most {Times(atMost, of)}", ratio <= atMost && measured.Errors == 0));
    }

    private static string Times(double ratio, string of) => string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00} × {of}");

    private long FirstMessage(int size) => 1 + dataset.RoomOfSize.Keys.TakeWhile(key => key != size).Sum(key => (long)key);

    private async Task<Sender[]> SendersAsync() =>
        await Task.WhenAll(Enumerable.Range(0, Dataset.Senders).Select(i => TokenAsync(users.CookieOf(Dataset.FirstSender + i))));

    /// <summary>Gets the antiforgery token and cookie of a session from a page, as a browser does.</summary>
    private async Task<Sender> TokenAsync(string cookie, ServerProcess? server = null)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{(server ?? app).Port}/account/profile");
        request.Headers.Add("Cookie", cookie);
        using var response = await http.SendAsync(request);
        var page = await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
        var token = page.Split("__RequestVerificationToken")[1].Split("value=\"")[1].Split('"')[0];
        var antiforgery = response.Headers.GetValues("Set-Cookie").Select(value => value.Split(';')[0]);
        return new Sender(string.Join("; ", antiforgery.Prepend(cookie)), token);
    }

    private static Func<byte[]> Posting(Sender sender, Func<string> url) =>
        () => HttpConnection.Post(url(), sender.Cookie, sender.Token, $"{Greeting}&clientId={Guid.NewGuid()}");

    private static async Task<JsonElement> JsonAsync(ServerProcess server, string cookie, string url)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{server.Port}{url}");
        request.Headers.Add("Cookie", cookie);
        using var response = await http.SendAsync(request);
        return JsonDocument.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).RootElement;
    }
}

/// <summary>The session and antiforgery cookies and the token of a user who sends messages.</summary>
public sealed record Sender(string Cookie, string Token);
