using System.Globalization;
using System.Threading.Channels;
using MarketChat.Infrastructure.Data.Postgres;
using Npgsql;

namespace MarketChat.Infrastructure.Realtime;

/// <summary>
/// The change wire for several instances on one PostgreSQL: LISTEN and NOTIFY (https://www.postgresql.org/docs/current/sql-notify.html),
/// with numbers from a sequence. Changes of about a millisecond share a number and a NOTIFY, because each NOTIFY takes a lock that all
/// transactions of the server share.
/// <para>
/// While the connection is down, nothing is delivered and the receiver knows it; the changes to publish are kept. An instance that dies
/// may have committed a change without publishing it. The others see its connection disappear, and then treat every version as out of date.
/// </para>
/// </summary>
public sealed partial class PostgresChangeWire(
    NpgsqlDataSource dataSource, IConfiguration configuration, ILogger<PostgresChangeWire> logger) : IChangeWire, IAsyncDisposable
{
    /// <summary>The name of the connections that listen, by which instances know each other.</summary>
    public const string ApplicationName = "MarketChat changes";

    private const string Channel = "market_changes";

    // A payload has at most 8,000 bytes; a user id has at most 10 digits and a separator.
    private const int MaxUsersPerNotify = 700;

    private static readonly TimeSpan CollectTime = TimeSpan.FromMilliseconds(1);
    // How often an instance looks whether others have disappeared.
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MinRetryDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(5);

    private readonly Channel<int> _pending = System.Threading.Channels.Channel.CreateUnbounded<int>(
        new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private Task _loops = Task.CompletedTask;

    /// <summary>The number of instances on the database that this one knows, itself included.</summary>
    public int InstanceCount { get; private set; }

    public async Task StartAsync(IChangeReceiver receiver, CancellationToken cancellationToken)
    {
        var connection = await ListenAsync(receiver, cancellationToken);
        _loops = Task.WhenAll(Task.Run(() => ReceiveAsync(receiver, connection), CancellationToken.None),
            Task.Run(PublishAsync, CancellationToken.None));
    }

    public void Publish(int userId) => _pending.Writer.TryWrite(userId);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    /// <summary>Listens first and then takes a number, so that no change with a greater number is missed.</summary>
    private async Task<NpgsqlConnection> ListenAsync(IChangeReceiver receiver, CancellationToken cancellationToken)
    {
        // Not from the data source, whose connection string lacks the password.
        var settings = new NpgsqlConnectionStringBuilder(configuration.GetConnectionString("Market"))
        {
            ApplicationName = ApplicationName,
            Pooling = false,
            KeepAlive = (int)KeepAlive.TotalSeconds,
        };
        var connection = new NpgsqlConnection(settings.ToString());
        try
        {
            connection.Notification += (_, message) => Deliver(receiver, message.Payload);
            await connection.OpenAsync(cancellationToken);
            await ExecuteAsync(connection, $"LISTEN {Channel}", cancellationToken);
            receiver.Listening(await TakeNumberAsync(connection, cancellationToken));
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task ReceiveAsync(IChangeReceiver receiver, NpgsqlConnection? connection)
    {
        var delay = MinRetryDelay;
        while (true)
        {
            try
            {
                await using var listening = connection ?? await ListenAsync(receiver, _stopping.Token);
                delay = MinRetryDelay;
                await ReceiveFromAsync(listening, receiver);
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException or InvalidOperationException)
            {
                receiver.Interrupted();
                LogInterruption(exception.GetBaseException().Message);
            }

            connection = null;
            await Task.Delay(delay, _stopping.Token);
            delay = Min(delay * 2, MaxRetryDelay);
        }
    }

    private async Task ReceiveFromAsync(NpgsqlConnection connection, IChangeReceiver receiver)
    {
        var instances = await ReadInstancesAsync(connection);
        while (true)
        {
            if (await connection.WaitAsync(CheckInterval, _stopping.Token)) continue;
            var current = await ReadInstancesAsync(connection);
            if (!instances.IsSubsetOf(current)) receiver.Listening(await TakeNumberAsync(connection, _stopping.Token));
            instances = current;
        }
    }

    private async Task<HashSet<int>> ReadInstancesAsync(NpgsqlConnection connection)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1";
        command.Parameters.Add(new NpgsqlParameter { Value = ApplicationName });
        await using var reader = await command.ExecuteReaderAsync(_stopping.Token);
        var instances = new HashSet<int>();
        while (await reader.ReadAsync(_stopping.Token)) instances.Add(reader.GetInt32(0));
        InstanceCount = instances.Count;
        return instances;
    }

    private async Task PublishAsync()
    {
        var users = new HashSet<int>();
        var delay = CollectTime;
        while (await _pending.Reader.WaitToReadAsync(_stopping.Token) || users.Count > 0)
        {
            await Task.Delay(delay, _stopping.Token);
            while (users.Count < MaxUsersPerNotify && _pending.Reader.TryRead(out var userId)) users.Add(userId);
            try
            {
                await NotifyAsync(users);
                users.Clear();
                delay = CollectTime;
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
            {
                foreach (var userId in users) Publish(userId);
                users.Clear();
                delay = Min(delay * 2, MaxRetryDelay);
                LogPublishFailure(exception.GetBaseException().Message);
            }
        }
    }

    private async Task NotifyAsync(HashSet<int> users)
    {
        await using var command = dataSource.CreateCommand(
            $"SELECT pg_notify('{Channel}', nextval('{PostgresMarketDb.ChangeNumbers}')::text || $1)");
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = string.Concat(users.Select(userId => string.Create(CultureInfo.InvariantCulture, $" {userId}"))),
        });
        await command.ExecuteNonQueryAsync(_stopping.Token);
    }

    private static void Deliver(IChangeReceiver receiver, string payload)
    {
        var numbers = payload.Split(' ');
        var number = long.Parse(numbers[0], CultureInfo.InvariantCulture);
        foreach (var userId in numbers.Skip(1)) receiver.Received(int.Parse(userId, CultureInfo.InvariantCulture), number);
    }

    private static async Task<long> TakeNumberAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT nextval('{PostgresMarketDb.ChangeNumbers}')";
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(LogLevel.Warning, "The connection that delivers changes is down: {Reason}. Polls query the database meanwhile")]
    private partial void LogInterruption(string reason);

    [LoggerMessage(LogLevel.Warning, "Changes could not be published: {Reason}. They are published later")]
    private partial void LogPublishFailure(string reason);
}
