using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Chat.Room;

public sealed class PollTests(MarketHost host) : IClassFixture<MarketHost>
{
    [Fact]
    public async Task A_poll_brings_only_what_is_newer_than_the_last_rev()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "하나");
        var first = await talk.Poll(talk.Seller);
        await talk.Send(talk.Buyer, "둘");
        await talk.Send(talk.Seller, "셋");

        var second = await talk.Poll(talk.Seller, first.Rev);

        first.Messages.Select(m => m.Payload).ShouldBe(["하나"]);
        second.Messages.Select(m => m.Payload).ShouldBe(["둘", "셋"]);
        second.Messages.Select(m => m.Mine).ShouldBe([false, true]);
        second.Rev.ShouldBeGreaterThan(first.Rev);
        (await talk.Poll(talk.Seller, second.Rev)).Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task With_the_version_unchanged_the_answer_is_nothing_new_and_costs_no_statement()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "하나");
        await host.ChangesDelivered();
        var first = await talk.Poll(talk.Seller);

        var statements = await host.CountStatements(() => talk.Seller.Scenario(s =>
        {
            s.Get.Url($"{talk.Url}?handler=Messages&after={first.Rev}&version={first.Version}");
            s.StatusCodeShouldBe(204);
        }));

        statements.ShouldBe(0);
        await talk.Send(talk.Buyer, "둘");
        await host.ChangesDelivered();
        (await talk.Poll(talk.Seller, first.Rev, $"&version={first.Version}")).Messages.Single().Payload.ShouldBe("둘");
    }

    [Fact]
    public async Task A_long_backlog_comes_a_hundred_at_a_time_in_order()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "0");
        var seen = new List<string>();
        var rev = (await talk.Poll(talk.Seller)).Rev;
        for (var i = 1; i <= 230; i++) await talk.Send(talk.Buyer, $"{i}");

        var sizes = new List<int>();
        bool hasMore;
        do
        {
            var answer = await talk.Poll(talk.Seller, rev);
            seen.AddRange(answer.Messages.Select(m => m.Payload));
            sizes.Add(answer.Messages.Count);
            (rev, hasMore) = (answer.Rev, answer.HasMore);
        }
        while (hasMore);

        sizes.ShouldBe([100, 100, 30]);
        seen.ShouldBe(Enumerable.Range(1, 230).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Without_a_rev_a_poll_starts_at_the_newest_page()
    {
        var talk = await Conversation.Create(host);
        for (var i = 1; i <= 60; i++) await talk.Send(talk.Buyer, $"{i}");

        var answer = await talk.Poll(talk.Seller);

        answer.Messages[^1].Payload.ShouldBe("60");
        answer.Messages.Count.ShouldBeLessThan(60);
        answer.HasMore.ShouldBeFalse();
    }

    [Fact]
    public async Task A_cursor_from_the_future_gets_a_reset()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "하나");

        (await talk.Poll(talk.Buyer, 1_000_000)).Reset.ShouldBe(true);
    }

    [Theory]
    [InlineData("?handler=Messages&after=abc")]
    [InlineData("?handler=Messages&after=-1")]
    [InlineData("?handler=Messages&after=99999999999999999999")]
    [InlineData("?handler=Messages&after=1&version=x")]
    [InlineData("?handler=Messages&after=1&version=-5")]
    [InlineData("?handler=History&before=abc")]
    [InlineData("?handler=History&before=-1")]
    [InlineData("?handler=History&after=1e9")]
    public async Task A_question_that_makes_no_sense_is_400_in_a_sentence(string query)
    {
        var talk = await Conversation.Create(host);

        var result = await talk.Buyer.Scenario(s =>
        {
            s.Get.Url(talk.Url + query);
            s.StatusCodeShouldBe(400);
        });

        result.ReadAsJson<ApiContracts.Problem>().Detail.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task Sixteen_senders_and_two_pollers_at_once_and_each_sees_everything_once_in_order()
    {
        var talk = await Conversation.Create(host);
        const int Senders = 16, Each = 12;
        await talk.Buyer.Token();
        await talk.Seller.Token();
        var sending = true;

        async Task<List<ApiContracts.Message>> PollUntilDone(TestBrowser reader)
        {
            var seen = new List<ApiContracts.Message>();
            long rev = 0;
            while (true)
            {
                var last = !Volatile.Read(ref sending);
                var answer = await talk.Poll(reader, rev);
                seen.AddRange(answer.Messages);
                rev = answer.Rev;
                if (last && !answer.HasMore) return seen;
            }
        }

        await talk.Send(talk.Buyer, "시작");
        var pollers = new[] { PollUntilDone(talk.Buyer), PollUntilDone(talk.Seller) };
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(async sender =>
        {
            for (var i = 0; i < Each; i++) await talk.Send(sender % 2 == 0 ? talk.Buyer : talk.Seller, $"{sender}:{i}");
        }));
        Volatile.Write(ref sending, false);

        foreach (var seen in await Task.WhenAll(pollers))
        {
            seen.Count.ShouldBe(1 + Senders * Each);
            seen.Select(m => m.Id).ShouldBeInOrder();
            seen.Select(m => m.Id).ShouldBeUnique();
            foreach (var own in seen.Skip(1).GroupBy(m => m.Payload.Split(':')[0]))
            {
                own.Select(m => m.Payload).ShouldBe(Enumerable.Range(0, Each).Select(i => $"{own.Key}:{i}"));
            }
        }
    }

    [Fact]
    public async Task History_is_complete_without_repeats_while_new_messages_arrive()
    {
        var talk = await Conversation.Create(host);
        for (var i = 1; i <= 130; i++) await talk.Send(talk.Buyer, $"{i}");

        var read = new List<ApiContracts.Message>();
        long? before = null;
        ApiContracts.History page;
        do
        {
            page = (await talk.Seller.Scenario(s => s.Get.Url($"{talk.Url}?handler=History{(before is null ? "" : $"&before={before}")}")))
                .ReadAsJson<ApiContracts.History>();
            page.Messages.Select(m => m.Id).ShouldBeInOrder();
            read.InsertRange(0, page.Messages);
            before = page.Messages[0].Id;
            await talk.Send(talk.Buyer, "그 사이에 온 것");
        }
        while (page.HasMore);

        read.Select(m => m.Payload).ShouldBe(Enumerable.Range(1, 130).Select(i => $"{i}"));
    }

    [Fact]
    public async Task History_leads_forward_again_too()
    {
        var talk = await Conversation.Create(host);
        var messages = new List<ApiContracts.Message>();
        for (var i = 1; i <= 60; i++) messages.Add(await talk.Send(talk.Buyer, $"{i}"));

        var page = (await talk.Seller.Scenario(s => s.Get.Url($"{talk.Url}?handler=History&after={messages[9].Id}")))
            .ReadAsJson<ApiContracts.History>();

        page.Messages.Select(m => m.Id).ShouldBe(messages.Skip(10).Take(page.Messages.Count).Select(m => m.Id));
        page.HasMore.ShouldBeTrue();
    }
}
