using System.Net;
using MarketChat.Infrastructure.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MarketChat.Tests.Support;

/// <summary>Everybody that access is a question for: a conversation's two people, somebody else with an account, and somebody without.</summary>
public sealed record Cast(Conversation Talk, TestBrowser Stranger, TestBrowser SignedOut)
{
    public TestBrowser Buyer => Talk.Buyer;
    public TestBrowser Seller => Talk.Seller;

    public static async Task<Cast> Of(MarketHost host)
    {
        var (seller, buyer, stranger) = (await WithSession(host, "seller"), await WithSession(host, "buyer"), await WithSession(host, "stranger"));
        var product = await host.AddProduct(seller.Id);
        var talk = new Conversation(host, seller, buyer, product, await host.AddRoom(product, buyer.Id));
        return new Cast(talk, stranger, host.Browser());
    }

    /// <summary>Somebody with a session as signing in gives it, without the hashing of a password that makes signing in slow.</summary>
    public static async Task<TestBrowser> WithSession(MarketHost host, string name)
    {
        var user = await host.AddUser(name);
        await using var scope = host.Services.CreateAsyncScope();
        var principal = await scope.ServiceProvider.GetRequiredService<SignInManager<User>>().CreateUserPrincipalAsync(user);
        var session = scope.ServiceProvider.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme);
        var times = new AuthenticationProperties { IssuedUtc = host.Clock.GetUtcNow(), ExpiresUtc = host.Clock.GetUtcNow().AddDays(1) };
        var ticket = session.TicketDataFormat.Protect(new AuthenticationTicket(principal, times, IdentityConstants.ApplicationScheme));
        var visitor = host.Browser();
        visitor.Cookies.Add(visitor.Address, new Cookie(session.Cookie.Name!, ticket));
        (visitor.Id, visitor.Name) = (user.Id, user.UserName!);
        return visitor;
    }

    /// <summary>An antiforgery token that is good for this visitor.</summary>
    public Task<string> TokenOf(TestBrowser visitor) => visitor.Token(visitor == SignedOut ? "/account/sign-in" : "/account/profile");
}
