using System.Net;
using System.Security.Claims;
using System.Text.Json;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Postgres;
using MarketChat.Infrastructure.Data.Sqlite;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Realtime;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace MarketChat.Tests.Support;

/// <summary>
/// An Alba host of the whole app with a separate storage folder. Each test class has one (<c>IClassFixture&lt;MarketHost&gt;</c>); its
/// tests create their own users and products instead of cleaning up. The app starts at its first use.
/// </summary>
public class MarketHost : IDisposable, IAsyncDisposable
{
    public const string Password = "a long enough password";

    // Password hashing is slow by design. Tests use a fast configuration and the same password for all users.
    private static readonly IOptions<PasswordHasherOptions> _quick = Options.Create(new PasswordHasherOptions { IterationCount = 1_000 });
    private static readonly string _passwordHash = QuickHasher.HashPassword(new User(), Password);
    private static int _lastNumber;

    private readonly Dictionary<string, string?> _settings = [];
    private readonly Lazy<IAlbaHost> _app;
    private bool _keepsStorage;

    public MarketHost()
        : this(Directory.CreateTempSubdirectory("market-test-").FullName, TestPostgres.IsUsed ? TestPostgres.NewDatabase() : null)
    {
    }

    private MarketHost(string storageRoot, string? database)
    {
        (StorageRoot, Database) = (storageRoot, database);
        _app = new(() => AlbaHost.For<Program>(ConfigureWebHost).GetAwaiter().GetResult());
    }

    public static PasswordHasher<User> QuickHasher => new(_quick);

    public string StorageRoot { get; }

    /// <summary>The connection string of the host's database on PostgreSQL; null if it is a file in the storage.</summary>
    public string? Database { get; }

    /// <summary>Whether the database on PostgreSQL remains when the host is disposed.</summary>
    public bool KeepsDatabase { get; init; }

    /// <summary>Whether the app has to create its database; otherwise a migrated one is copied.</summary>
    public bool StartsWithoutDatabase { get; init; }

    public virtual IServiceProvider Services => Alba.Services;

    /// <summary>The Alba host that the browsers send their requests to.</summary>
    public virtual IAlbaHost Alba => _app.Value;

    public virtual Uri Address { get; } = new("http://localhost");

    /// <summary>
    /// Advances only when a test advances it, except for a millisecond at each reading, so that later events have later times.
    /// </summary>
    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };

    /// <summary>The statements that the app executes.</summary>
    public CommandCounterInterceptor Statements { get; } = new();

    /// <summary>Sets a configuration value. Call it only before the first request.</summary>
    public MarketHost With(string key, string? value)
    {
        _settings[key] = value;
        return this;
    }

    /// <summary>Stops the app and returns a new host with the same storage.</summary>
    public MarketHost Restart()
    {
        _keepsStorage = true;
        Dispose();
        return new MarketHost(StorageRoot, Database);
    }

    /// <summary>Another instance of the app on the same database. Only on PostgreSQL; dispose it before this host.</summary>
    public MarketHost AnotherInstance() =>
        new(Directory.CreateTempSubdirectory("market-test-").FullName, Database) { KeepsDatabase = true };

    /// <summary>A browser that is not signed in, or one with the given cookies.</summary>
    public TestBrowser Browser(string language = "ko", CookieContainer? cookies = null, Uri? address = null) =>
        new(Alba, address ?? Address, language, cookies ?? new CookieContainer());

    /// <summary>
    /// A browser with an account and a session as sign-in creates it, without the form and the password. The name gets a numeric suffix, so
    /// that every test has its own users.
    /// </summary>
    public async Task<TestBrowser> SignedIn(string name = "bob", string language = "ko")
    {
        var (user, browser) = (await AddUser(name), Browser(language));
        await using var scope = Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        var session = scope.ServiceProvider.GetRequiredService<SignInManager<User>>();
        session.Context = context;
        await session.SignInWithClaimsAsync(user, isPersistent: true, [new Claim("amr", "pwd")]);
        browser.StoreCookies(context.Response.Headers);
        (browser.Id, browser.Name) = (user.Id, user.UserName!);
        return browser;
    }

    public async Task<User> AddUser(string name)
    {
        name += Interlocked.Increment(ref _lastNumber);
        var user = new User
        {
            UserName = name,
            NormalizedUserName = name.ToUpperInvariant(),
            PasswordHash = _passwordHash,
            SecurityStamp = Guid.NewGuid().ToString("N"),
            LockoutEnabled = true,
            CreatedAt = Clock.UtcNow,
        };
        await Save(user);
        return user;
    }

    public async Task<Product> AddProduct(int sellerId, string title = "자전거", int price = 320_000)
    {
        var product =
            new Product { Title = title, Price = price, Description = "거의 새것이에요.", SellerId = sellerId, CreatedAt = Clock.UtcNow };
        await Save(product);
        return product;
    }

    public async Task<int> AddRoom(Product product, int buyerId)
    {
        var room = ChatRoom.Create(buyerId, product.SellerId, product.Id, Clock.UtcNow);
        await Save(room);
        return room.Id;
    }

    /// <summary>Reads or changes the database directly, for what no page can show.</summary>
    public async Task<T> Data<T>(Func<MarketDb, Task<T>> use)
    {
        await using var scope = Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<MarketDb>());
    }

    /// <summary>Waits until every change so far is delivered. On PostgreSQL that takes a moment.</summary>
    public async Task ChangesDelivered()
    {
        const int nobody = 0;
        var notifier = Services.GetRequiredService<ChangeNotifier>();
        var version = notifier.GetVersion(nobody);
        notifier.NotifyChanged(nobody);
        await notifier.WaitAsync(nobody, version, Timeout.InfiniteTimeSpan, CancellationToken.None);
    }

    /// <summary>The number of SQL statements executed while <paramref name="action"/> ran.</summary>
    public async Task<int> CountStatements(Func<Task> action)
    {
        var before = Statements.Count;
        await action();
        return Statements.Count - before;
    }

    /// <summary>The app's own errors in its log. An error page can be lost on a closed connection; the log keeps its cause.</summary>
    public IEnumerable<string> ErrorsInLog()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(StorageRoot, "logs")))
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            while (reader.ReadLine() is { } line)
            {
                if (JsonDocument.Parse(line).RootElement.GetProperty("Level").GetString() is "Error" or "Fatal") yield return line;
            }
        }
    }

    public void Dispose()
    {
        Stop();
        SqliteConnection.ClearAllPools();
        if (!_keepsStorage && Directory.Exists(StorageRoot)) Directory.Delete(StorageRoot, recursive: true);
        if (Database is not null && !_keepsStorage && !KeepsDatabase) TestPostgres.Drop(Database);
        GC.SuppressFinalize(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected virtual void ConfigureWebHost(IWebHostBuilder builder)
    {
        if (Database is null)
        {
            if (!StartsWithoutDatabase) TestDatabase.CopyTo(StorageRoot);
        }
        else
        {
            if (!StartsWithoutDatabase) TestPostgres.Create(Database);
            builder.UseSetting("Database:Provider", "Postgres");
            builder.UseSetting("ConnectionStrings:Market", Database);
        }

        builder.UseSetting("Storage:Root", StorageRoot);
        builder.UseSetting("Demo:Enabled", "false");
        builder.UseSetting("RateLimits:Enabled", "false");
        foreach (var (key, value) in _settings) builder.UseSetting(key, value);
        builder.ConfigureTestServices(services => services
            .Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock))
            .Configure<PasswordHasherOptions>(options => options.IterationCount = _quick.Value.IterationCount)
            .ConfigureDbContext<SqliteMarketDb>(options => options.AddInterceptors(Statements))
            .ConfigureDbContext<PostgresMarketDb>(options => options.AddInterceptors(Statements)));
    }

    protected virtual void Stop()
    {
        if (_app.IsValueCreated) _app.Value.Dispose();
    }

    private Task Save(object entity) => Data(async db =>
    {
        db.Add(entity);
        return await db.SaveChangesAsync();
    });
}
