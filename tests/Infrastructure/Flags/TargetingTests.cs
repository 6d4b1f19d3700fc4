using MarketChat.Infrastructure.Realtime;
using MarketChat.Infrastructure.Flags;
using MarketChat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.FeatureManagement;

namespace MarketChat.Tests.Infrastructure.Flags;

/// <summary>Features that are on for some users only. Long polling is the example; the developers' page shows the others.</summary>
public sealed class TargetingTests
{
    private const string Flag = $"FeatureManagement:{LongPolling.Flag}";
    private const int Crowd = 150;

    [Fact]
    public async Task What_is_on_for_one_person_is_off_for_the_next()
    {
        var before = new MarketHost();
        var users = await TestUsers.Of(before);
        await using var host = before.Restart().With(Flag, $"@{users.Seller.Name.ToUpperInvariant()}");
        var (seller, buyer) = (AfterRestart(host, users.Seller), AfterRestart(host, users.Buyer));
        var talk = users.Talk with { Host = host, Seller = seller, Buyer = buyer };

        (await WaitOf(seller)).ShouldNotBe("0");
        (await WaitOf(buyer)).ShouldBe("0");

        var (sellers, buyers) = (await talk.Poll(seller), await talk.Poll(buyer));
        var held = talk.Poll(seller, sellers.Rev, $"&version={sellers.Version}&wait=300");
        await Wait.Until(() => host.Services.GetRequiredService<ChangeNotifier>().GetWaiterCount(seller.Id) == 1,
            "the seller's poll is held");
        (await buyer.Status($"{talk.Url}?handler=Messages&after={buyers.Rev}&version={buyers.Version}&wait=300")).ShouldBe(204, "at once");

        await talk.Send(buyer, "지금 가요");
        (await held).Messages.ShouldHaveSingleItem();
        (await talk.Poll(buyer, buyers.Rev)).Messages.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_percentage_is_about_that_many_people_and_the_same_ones_after_a_restart()
    {
        var host = new MarketHost().With("FeatureManagement:None", "0%").With("FeatureManagement:Few", "30%")
            .With("FeatureManagement:All", "100%");
        var before = await WhoHasWhat(host);
        await using var later = host.Restart().With("FeatureManagement:Few", "30%").With("FeatureManagement:Half", "50%")
            .With("FeatureManagement:Other", "50%");
        var after = await WhoHasWhat(later);

        before["None"].ShouldBeEmpty();
        before["All"].Count().ShouldBe(Crowd);
        after["Few"].ShouldBe(before["Few"]);
        after["Half"].Count().ShouldBeInRange(Crowd * 4 / 10, Crowd * 6 / 10);
        after["Other"].ShouldNotBe(after["Half"], "another feature has other people");
    }

    [Fact]
    public async Task A_percentage_that_grows_keeps_those_it_had()
    {
        var host = new MarketHost().With("FeatureManagement:Growing", "30%");
        var few = (await WhoHasWhat(host))["Growing"];
        await using var later = host.Restart().With("FeatureManagement:Growing", "60%");

        few.ShouldBeSubsetOf((await WhoHasWhat(later))["Growing"]);
    }

    [Fact]
    public async Task Somebody_signed_in_has_what_the_percentage_gives_their_name()
    {
        await using var host = new MarketHost().With(Flag, "50%");
        for (var i = 0; i < 4; i++)
        {
            var users = await TestUsers.Of(host);
            foreach (var person in new[] { users.Seller, users.Buyer, users.Stranger })
            {
                var expected = await host.Services.GetRequiredService<IFeatureManager>().IsEnabledForAsync(LongPolling.Flag, person.Name);
                (await WaitOf(person)).ShouldBe(expected ? "25" : "0", person.Name);
                (await WaitOf(person)).ShouldBe(expected ? "25" : "0", person.Name);
            }
        }
    }

    [Fact]
    public async Task Who_is_signed_out_has_what_is_on_for_everyone_and_is_not_in_the_way_elsewhere()
    {
        await using var host = new MarketHost()
            .With("FeatureManagement:Named", "@alice, 0%").With("FeatureManagement:Everyone", "100%").With(Flag, "@alice, 50%");
        var visitor = host.Browser();

        await visitor.Page("/");
        await visitor.Page("/account/sign-in");
        var flags = await visitor.Page("/developers/flags");

        flags.QuerySelector("[data-flag=Named]")!.GetAttribute("data-on").ShouldBe("False");
        flags.QuerySelector("[data-flag=Everyone]")!.GetAttribute("data-on").ShouldBe("True");
    }

    [Fact]
    public async Task A_question_from_outside_a_request_is_answered_as_for_somebody_signed_out()
    {
        await using var host = new MarketHost().With("FeatureManagement:Named", "@alice").With("FeatureManagement:Everyone", "true");
        var flags = host.Services.GetRequiredService<IFeatureManager>();

        (await flags.IsEnabledAsync("Named")).ShouldBeFalse();
        (await flags.IsEnabledAsync("Everyone")).ShouldBeTrue();
        (await flags.IsEnabledForAsync("Named", "Alice")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("ture")]
    [InlineData("120%")]
    public void The_app_does_not_start_with_a_rule_that_makes_no_sense(string rule)
    {
        using var host = new MarketHost().With(Flag, rule);

        Should.Throw<OptionsValidationException>(() => host.Services).Message.ShouldContain(Flag);
    }

    // The same user with the same session, after a restart of the app.
    private static TestBrowser AfterRestart(MarketHost host, TestBrowser person)
    {
        var visitor = host.Browser(cookies: person.Cookies);
        (visitor.Id, visitor.Name) = (person.Id, person.Name);
        return visitor;
    }

    private static async Task<string?> WaitOf(TestBrowser person) =>
        (await person.Page("/")).QuerySelector("[data-badge-slot]").ShouldNotBeNull().GetAttribute("data-wait-seconds");

    // The users of a crowd, grouped by the flags that are on for them.
    private static async Task<ILookup<string, int>> WhoHasWhat(MarketHost host)
    {
        var visitor = host.Browser();
        var found = new List<(string Flag, int Person)>();
        for (var person = 0; person < Crowd; person++)
        {
            var page = await visitor.Page($"/developers/flags?name=person{person}");
            found.AddRange(page.QuerySelectorAll("[data-flag][data-on=True]").Select(row => (row.GetAttribute("data-flag")!, person)));
        }

        return found.ToLookup(one => one.Flag, one => one.Person);
    }
}
