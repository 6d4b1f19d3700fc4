using MarketChat.Features.Account;
using MarketChat.Features.Chat;
using MarketChat.Features.Products;
using MarketChat.Infrastructure.Assets;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Delivery;
using MarketChat.Infrastructure.Flags;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.Localization;
using MarketChat.Infrastructure.Logging;
using MarketChat.Infrastructure.Operations;
using MarketChat.Infrastructure.Photos;
using MarketChat.Infrastructure.RateLimits;
using MarketChat.Infrastructure.Security;

var command = Command.Parse(args);
var builder = WebApplication.CreateBuilder(command?.Settings ?? args);
builder.AddMarketLogging();
builder.AddMarketSecurity();
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddMarketPhotos();
builder.Services.AddMarketData();
builder.Services.AddMarketIdentity();
builder.Services.AddMarketOperations();
builder.Services.AddMarketLocalization();
builder.Services.AddMarketFlags();
builder.Services.AddMarketDelivery();
builder.Services.AddMarketRateLimits();
builder.Services.AddMarketPages();
builder.Services.AddMarketAssets();
builder.Services.AddAccount();
builder.Services.AddProducts();
builder.Services.AddChat();

var app = builder.Build();
if (await app.PrepareAsync(command) is { } exitCode) return exitCode;

app.UseMarketSecurity();
app.UseErrorPages();
app.UseMarketRequestLogging();
app.UseMiddleware<CrossSiteGuard>();
app.UseAuthentication();
app.UseMiddleware<QuietPolls>();
app.UseResponseCompression();
app.UseRequestLocalization();
app.UseAuthorization();
app.UseMarketRateLimits();
app.MapMarketHealth();
app.MapMarketAssets();
app.MapPhotos();
app.MapRazorPages().WithStaticAssets();

await app.RunAsync();
return 0;

/// <summary>Public so that the tests can start the app.</summary>
public partial class Program;
