using System.Net;
using System.Security.Claims;
using System.Text.Json;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
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
/// An Alba host of the whole app over a storage folder of its own. One per test class (<c>IClassFixture&lt;MarketHost&gt;</c>); tests
/// in a class use people and products of their own rather than cleaning up after each other. The app starts at its first use.
/// </summary>
public class MarketHost : IDisposable, IAsyncDisposable
{
    public const string Password = "a long enough password";

    // Hashing is slow on purpose; in tests it need not be, and everybody has the same password.
    private static readonly IOptions<PasswordHasherOptions> _quick = Options.Create(new PasswordHasherOptions { IterationCount = 1_000 });
    private static readonly string _passwordHash = QuickHasher.HashPassword(new User(), Password);
    private static int _lastNumber;

    private readonly Dictionary<string, string?> _settings = [];
    private readonly Lazy<IAlbaHost> _app;
    private bool _storageIsAnothers;

    public MarketHost() : this(Directory.CreateTempSubdirectory("market-test-").FullName)
    {
    }

    private MarketHost(string storageRoot)
    {
        StorageRoot = storageRoot;
        _app = new(() => AlbaHost.For<Program>(ConfigureWebHost).GetAwaiter().GetResult());
    }

    public static PasswordHasher<User> QuickHasher => new(_quick);

    public string StorageRoot { get; }

    /// <summary>Whether the app has to make its database, rather than find one.</summary>
    public bool StartsWithoutDatabase { get; init; }

    public virtual IServiceProvider Services => Alba.Services;

    /// <summary>Through which browsers reach the app.</summary>
    public virtual IAlbaHost Alba => _app.Value;

    public virtual Uri Address { get; } = new("http://localhost");

    /// <summary>Stands still until a test advances it, but for a millisecond at each look, so that what comes later is later.</summary>
    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };

    /// <summary>What the app says to its database.</summary>
    public CommandCounterInterceptor Statements { get; } = new();

    /// <summary>Changes a setting; only before the first request.</summary>
    public MarketHost With(string key, string? value)
    {
        _settings[key] = value;
        return this;
    }

    /// <summary>The app stopped, and started again over what it kept.</summary>
    public MarketHost Restart()
    {
        _storageIsAnothers = true;
        Dispose();
        return new MarketHost(StorageRoot);
    }

    /// <summary>The browser of someone who has not signed in; or, with its cookies, one that has been here before.</summary>
    public TestBrowser Browser(string language = "ko", CookieContainer? cookies = null, Uri? address = null) =>
        new(Alba, address ?? Address, language, cookies ?? new CookieContainer());

    /// <summary>
    /// Someone who has an account and a session as signing in gives it, without the form and the password. The name gets a number, so that
    /// every test has people of its own.
    /// </summary>
    public async Task<TestBrowser> SignedIn(string name = "bob", string language = "ko")
    {
        var (user, browser) = (await AddUser(name), Browser(language));
        await using var scope = Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        var session = scope.ServiceProvider.GetRequiredService<SignInManager<User>>();
        session.Context = context;
        await session.SignInWithClaimsAsync(user, isPersistent: true, [new Claim("amr", "pwd")]);
        browser.Keep(context.Response.Headers);
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

    /// <summary>A look at, or a hand in, the database, for what no page can show.</summary>
    public async Task<T> Data<T>(Func<MarketDb, Task<T>> use)
    {
        await using var scope = Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<MarketDb>());
    }

    /// <summary>How many statements the database was sent while <paramref name="action"/> ran.</summary>
    public async Task<int> CountStatements(Func<Task> action)
    {
        var before = Statements.Count;
        await action();
        return Statements.Count - before;
    }

    /// <summary>
    /// What the app has logged as its own failures. An error page can be lost on a connection that is gone; what led to it stands there.
    /// </summary>
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
        if (!_storageIsAnothers && Directory.Exists(StorageRoot)) Directory.Delete(StorageRoot, recursive: true);
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
        if (!StartsWithoutDatabase) TestDatabase.CopyTo(StorageRoot);
        builder.UseSetting("Storage:Root", StorageRoot);
        builder.UseSetting("Demo:Enabled", "false");
        builder.UseSetting("RateLimits:Enabled", "false");
        foreach (var (key, value) in _settings) builder.UseSetting(key, value);
        builder.ConfigureTestServices(services => services
            .Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock))
            .Configure<PasswordHasherOptions>(options => options.IterationCount = _quick.Value.IterationCount)
            .ConfigureDbContext<MarketDb>(options => options.AddInterceptors(Statements)));
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
