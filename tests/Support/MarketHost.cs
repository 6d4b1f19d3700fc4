using MarketChat.Infrastructure.Data;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MarketChat.Tests.Support;

/// <summary>
/// The whole app over a storage folder of its own, spoken to by HTTP. One per test class (<c>IClassFixture&lt;MarketHost&gt;</c>);
/// tests in a class use people and products of their own rather than cleaning up after each other.
/// </summary>
public class MarketHost : WebApplicationFactory<Program>
{
    public const string Password = "a long enough password";

    // Hashing is slow on purpose; everybody in the tests has the same password, so once is enough.
    private static readonly string _passwordHash = new PasswordHasher<User>().HashPassword(new User(), Password);
    private static int _lastNumber;

    private readonly Dictionary<string, string?> _settings = [];

    public string StorageRoot { get; } = Directory.CreateTempSubdirectory("market-test-").FullName;

    public TestClock Clock { get; } = new();

    /// <summary>Every statement that the app sends to the database.</summary>
    public StatementWatch Statements { get; } = new();

    /// <summary>Changes a setting; only before the first request.</summary>
    public MarketHost With(string key, string? value)
    {
        _settings[key] = value;
        return this;
    }

    /// <summary>Someone who has not signed in, in a browser of their own.</summary>
    public Visitor Visitor(string language = "ko") => new(CreateDefaultClient(new Uri("http://localhost"), new CookieJar()), language);

    /// <summary>Someone who has an account and has signed in. The name gets a number, so that every test has people of its own.</summary>
    public async Task<Visitor> SignedIn(string name = "bob", string language = "ko")
    {
        var user = await AddUser(name);
        var visitor = Visitor(language);
        await visitor.SignIn(user.UserName!, Password);
        visitor.Id = user.Id;
        visitor.Name = user.UserName!;
        return visitor;
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
            CreatedAt = Clock.Now,
        };
        await Save(user);
        return user;
    }

    public async Task<Product> AddProduct(int sellerId, string title = "자전거", int price = 320_000)
    {
        var product = new Product { Title = title, Price = price, Description = "거의 새것이에요.", SellerId = sellerId, CreatedAt = Clock.Now };
        await Save(product);
        return product;
    }

    /// <summary>A look at, or a hand in, the database, for what no page can show.</summary>
    public async Task<T> Data<T>(Func<MarketDb, Task<T>> use)
    {
        await using var scope = Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<MarketDb>());
    }

    /// <summary>How many statements the app sends to the database meanwhile.</summary>
    public async Task<int> CountStatements(Func<Task> meanwhile)
    {
        var before = Statements.Count;
        await meanwhile();
        return Statements.Count - before;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Storage:Root", StorageRoot);
        builder.UseSetting("Demo:Enabled", "false");
        builder.UseSetting("RateLimits:Enabled", "false");
        foreach (var (key, value) in _settings) builder.UseSetting(key, value);
        builder.ConfigureTestServices(services =>
        {
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
            services.ConfigureDbContext<MarketDb>(options => options.AddInterceptors(Statements));
        });
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        SqliteConnection.ClearAllPools();
        if (disposing && Directory.Exists(StorageRoot)) Directory.Delete(StorageRoot, recursive: true);
    }

    private Task Save(object entity) => Data(async db =>
    {
        db.Add(entity);
        return await db.SaveChangesAsync();
    });
}
