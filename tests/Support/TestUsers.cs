namespace MarketChat.Tests.Support;

/// <summary>
/// The kinds of users that access control distinguishes: a room's two members, another user with an account, and a signed-out visitor.
/// </summary>
public sealed record TestUsers(Conversation Talk, TestBrowser Stranger, TestBrowser SignedOut)
{
    public TestBrowser Buyer => Talk.Buyer;
    public TestBrowser Seller => Talk.Seller;

    public static async Task<TestUsers> Of(MarketHost host)
    {
        var (seller, buyer, stranger) = (await host.SignedIn("seller"), await host.SignedIn("buyer"), await host.SignedIn("stranger"));
        var product = await host.AddProduct(seller.Id);
        var talk = new Conversation(host, seller, buyer, product, await host.AddRoom(product, buyer.Id));
        return new TestUsers(talk, stranger, host.Browser());
    }

    /// <summary>An antiforgery token that is valid for this visitor.</summary>
    public Task<string> TokenOf(TestBrowser visitor) => visitor.Token(visitor == SignedOut ? "/account/sign-in" : "/account/profile");
}
