using MarketChat.Infrastructure.Realtime;
using Microsoft.Extensions.Time.Testing;

namespace MarketChat.Tests.Infrastructure.Realtime;

/// <summary>
/// Two notifiers over one wire, as two instances of the app over one database use them. A client's poll follows the middleware and the
/// query: 204 while its version is current; otherwise it reads the version and then the committed changes.
/// </summary>
public sealed class ChangeNotifierTests
{
    private const int User = 1, Other = 2;

    [Fact]
    public async Task A_client_that_goes_from_one_instance_to_the_other_is_soon_quiet_at_both()
    {
        var wire = new SharedWire();
        wire.Publish(User); // Before either instance subscribes.
        var first = await Instance.Start(wire);
        wire.Publish(User);
        wire.DeliverAll();
        var second = await Instance.Start(wire); // This instance has no channel for the user and starts with a higher floor.
        wire.Publish(Other);
        wire.DeliverAll();
        var client = new Client();

        var looks = 0;
        for (var i = 0; i < 20; i++)
        {
            if (client.Poll(i % 2 == 0 ? first : second)) looks++;
        }

        looks.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_number_beyond_the_newest_gets_a_look_and_a_number_of_today()
    {
        var wire = new SharedWire();
        var instance = await Instance.Start(wire);
        var client = new Client { Version = 1_000 }; // A version from before the restore of a backup.

        client.Poll(instance).ShouldBeTrue();

        client.Version.ShouldBe(wire.Newest);
        client.Poll(instance).ShouldBeFalse();
    }

    [Fact]
    public void Nothing_is_quiet_before_an_instance_listens()
    {
        var notifier = new ChangeNotifier(new SharedWire(), TimeProvider.System);

        notifier.IsCurrent(User, notifier.GetVersion(User)).ShouldBeFalse();
    }

    [Fact]
    public async Task Whoever_waits_for_a_version_that_is_not_current_waits_for_nothing()
    {
        var wire = new SharedWire();
        var instance = await Instance.Start(wire);
        var version = instance.Notifier.GetVersion(User);
        wire.Publish(User);
        wire.DeliverAll();

        await instance.Notifier.WaitAsync(User, version, Timeout.InfiniteTimeSpan, CancellationToken.None);
        await instance.Notifier.WaitAsync(User, version + 1_000, Timeout.InfiniteTimeSpan, CancellationToken.None);
    }

    [Fact]
    public async Task An_instance_that_hears_nothing_lets_nobody_wait()
    {
        var wire = new SharedWire();
        var instance = await Instance.Start(wire);
        var version = instance.Notifier.GetVersion(User);
        var waiting = instance.Notifier.WaitAsync(User, version, Timeout.InfiniteTimeSpan, CancellationToken.None);

        wire.Interrupt(instance.Notifier);

        await waiting;
        instance.Notifier.IsCurrent(User, version).ShouldBeFalse();
        wire.Publish(User); // Lost for this instance.
        await instance.Notifier.StartAsync(CancellationToken.None);
        instance.Notifier.IsCurrent(User, version).ShouldBeFalse();
        instance.Notifier.IsCurrent(User, instance.Notifier.GetVersion(User)).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task In_whatever_order_things_happen_no_change_is_missed_and_no_client_is_asked_to_look_for_ever(int seed)
    {
        var random = new Random(seed);
        var wire = new SharedWire();
        List<Instance> instances = [await Instance.Start(wire), await Instance.Start(wire)];
        List<Client> clients = [new(), new(), new() { UserId = Other }];
        var unnumbered = new List<int>(); // Committed, but not yet published.
        var isInterrupted = false;

        for (var step = 0; step < 300; step++)
        {
            switch (random.Next(7))
            {
                case 0:
                    var user = random.Next(2) == 0 ? User : Other;
                    wire.Commit(user);
                    unnumbered.Add(user);
                    break;
                case 1 when unnumbered.Count > 0:
                    var next = random.Next(unnumbered.Count);
                    wire.Publish(unnumbered[next]);
                    unnumbered.RemoveAt(next);
                    break;
                case 2:
                    wire.DeliverOne(random);
                    break;
                case 3 when step % 50 == 0: // Replaces an instance.
                    wire.Interrupt(instances[0].Notifier);
                    instances[0] = await Instance.Start(wire);
                    break;
                case 4 when step % 10 == 0: // An instance loses its connection for a while.
                    wire.Interrupt(instances[1].Notifier);
                    isInterrupted = true;
                    break;
                case 5 when isInterrupted:
                    await instances[1].Notifier.StartAsync(CancellationToken.None);
                    isInterrupted = false;
                    break;
                default:
                    clients[random.Next(clients.Count)].Poll(instances[random.Next(instances.Count)], wire, random);
                    break;
            }
        }

        if (isInterrupted) await instances[1].Notifier.StartAsync(CancellationToken.None);
        unnumbered.ForEach(wire.Publish);
        wire.DeliverAll();
        foreach (var client in clients)
        {
            foreach (var instance in instances) client.Poll(instance, wire);
            foreach (var instance in instances) client.Poll(instance, wire).ShouldBeFalse($"seed {seed}: quiet in the end");
            client.Seen.ShouldBe(wire.Committed(client.UserId), $"seed {seed}: nothing is missed");
        }
    }

    public static TheoryData<int> Seeds => new(Enumerable.Range(1, 200));

    /// <summary>One sequence for all instances, with deliveries that are delayed and reordered.</summary>
    private sealed class SharedWire : IChangeWire
    {
        private readonly List<IChangeReceiver> _receivers = [];
        private readonly List<(IChangeReceiver Receiver, int UserId, long Version)> _onTheWay = [];
        private readonly Dictionary<int, int> _committed = [];

        public long Newest { get; private set; } = 7;

        public Task StartAsync(IChangeReceiver receiver, CancellationToken cancellationToken)
        {
            _receivers.Add(receiver);
            receiver.Listening(Newest);
            return Task.CompletedTask;
        }

        /// <summary>Ends the connection of an instance; what was on the way to it is lost.</summary>
        public void Interrupt(IChangeReceiver receiver)
        {
            _receivers.Remove(receiver);
            _onTheWay.RemoveAll(delivery => delivery.Receiver == receiver);
            receiver.Interrupted();
        }

        public int Committed(int userId) => _committed.GetValueOrDefault(userId);

        public void Commit(int userId) => _committed[userId] = Committed(userId) + 1;

        public void Publish(int userId)
        {
            Newest++;
            foreach (var receiver in _receivers) _onTheWay.Add((receiver, userId, Newest));
        }

        public void DeliverOne(Random random)
        {
            if (_onTheWay.Count == 0) return;
            var index = random.Next(_onTheWay.Count);
            var (receiver, userId, version) = _onTheWay[index];
            _onTheWay.RemoveAt(index);
            receiver.Received(userId, version);
        }

        public void DeliverAll()
        {
            foreach (var (receiver, userId, version) in _onTheWay) receiver.Received(userId, version);
            _onTheWay.Clear();
        }
    }

    private sealed record Instance(ChangeNotifier Notifier)
    {
        public static async Task<Instance> Start(SharedWire wire)
        {
            var notifier = new ChangeNotifier(wire, new FakeTimeProvider());
            await notifier.StartAsync(CancellationToken.None);
            return new Instance(notifier);
        }
    }

    private sealed class Client
    {
        public int UserId { get; init; } = User;

        public long Version { get; set; }

        /// <summary>The number of changes of the user that the client has seen.</summary>
        public int Seen { get; private set; }

        /// <returns>Whether the client read the changes.</returns>
        public bool Poll(Instance instance) => Poll(instance, wire: null);

        /// <param name="during">If set, changes may be committed and published between reading the version and reading the changes.</param>
        public bool Poll(Instance instance, SharedWire? wire, Random? during = null)
        {
            if (instance.Notifier.IsCurrent(UserId, Version)) return false;
            var version = instance.Notifier.GetVersion(UserId);
            if (during?.Next(3) == 0)
            {
                wire?.Commit(UserId);
                wire?.Publish(UserId);
                wire?.DeliverOne(during);
            }

            Seen = wire?.Committed(UserId) ?? 0;
            Version = version;
            return true;
        }
    }
}
