using MarketChat.Features.Account;
using MarketChat.Features.Chat;
using MarketChat.Features.Products;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Delivery;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.Localization;
using MarketChat.Infrastructure.Logging;
using MarketChat.Infrastructure.Security;
using MarketChat.Infrastructure.Storage;

var builder = WebApplication.CreateBuilder(args);
builder.AddMarketLogging();
builder.AddMarketSecurity();
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddMarketStorage();
builder.Services.AddMarketData();
builder.Services.AddMarketIdentity();
builder.Services.AddMarketLocalization();
builder.Services.AddMarketDelivery();
builder.Services.AddMarketPages();
builder.Services.AddAccount();
builder.Services.AddProducts();
builder.Services.AddChat();

var app = builder.Build();
await app.PrepareDatabaseAsync();

app.UseMarketSecurity();
app.UseExceptionHandler("/error");
app.UseStatusCodePagesWithReExecute("/error/{0}");
app.UseMiddleware<RequestLog>();
app.UseMiddleware<CrossSiteGuard>();
app.UseResponseCompression();
app.UseRequestLocalization();
app.UseAuthentication();
app.UseAuthorization();
app.MapHealthChecks("/healthz");
app.MapStaticAssets();
app.MapPhotos();
app.MapRazorPages().WithStaticAssets();

await app.RunAsync();

/// <summary>Public so that the tests can start the app.</summary>
public partial class Program;
