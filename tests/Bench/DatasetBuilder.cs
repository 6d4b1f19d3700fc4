using System.Globalization;
using Microsoft.Data.Sqlite;

namespace MarketChat.Bench;

/// <summary>
/// Creates a storage folder with generated users, products, rooms and messages, loaded in bulk: a million messages in seconds. User 1 sells
/// all products; <see cref="Dataset"/> defines the other users.
/// </summary>
public sealed class DatasetBuilder : IDisposable
{
    private static readonly DateTime _firstDay = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _addMessage;
    private readonly SqliteCommand _addRoom;
    private readonly SqliteCommand _addMember;
    private long _messages;
    private int _rooms;

    private DatasetBuilder(string storage)
    {
        Storage = storage;
        _connection = new SqliteConnection($"Data Source={Path.Combine(storage, "market.db")};Pooling=False");
        _connection.Open();
        Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; BEGIN");
        _addMessage = Prepare(
            """
            INSERT INTO Messages (Id, ChatRoomId, UserId, Payload, SearchText, CreatedAt, ClientId, Rev)
            VALUES ($0, $1, $2, $3, upper(replace($3, ' ', '')), $4, $5, $6)
            """, 7);
        _addRoom = Prepare(
            """
            INSERT INTO ChatRooms (Id, BuyerId, SellerId, ProductId, CreatedAt, Rev) VALUES ($0, $1, 1, $2, $3, $4)
            """, 5);
        _addMember = Prepare(
            """
            INSERT INTO RoomMembers (ChatRoomId, UserId, Role, LastReadMessageId, LastIncomingMessageId, LastActivityAt,
                IsMuted)
            VALUES ($0, $1, $2, $3, $4, $5, 0)
            """, 6);
    }

    public string Storage { get; }

    public const int Seller = 1;

    /// <param name="published">The path of the published app, which creates the database and the keys.</param>
    public static async Task<DatasetBuilder> CreateAsync(string published, string storage, int users, int products)
    {
        using (await AppFiles.StartAsync(published, storage))
        {
        }

        var builder = new DatasetBuilder(storage);
        builder.AddUsers(users);
        builder.AddProducts(products);
        return builder;
    }

    /// <summary>
    /// Adds a room of a buyer about a product. The two members write its messages alternately; the seller writes the last one, which is
    /// read or unread.
    /// </summary>
    public int AddRoom(int buyer, int product, int messages, bool unread = false)
    {
        var room = ++_rooms;
        var first = _messages + 1;
        _messages += messages;
        var (lastOfSeller, lastOfBuyer) = (_messages, messages > 1 ? _messages - 1 : 0);
        Run(_addRoom, room, buyer, product, At(first), messages);
        Run(_addMember, room, buyer, 0, unread ? 0 : lastOfSeller, lastOfSeller, At(_messages));
        Run(_addMember, room, Seller, 1, lastOfBuyer, lastOfBuyer, At(_messages));
        for (var rev = 1; rev <= messages; rev++)
        {
            var id = first + rev - 1;
            var sender = (messages - rev) % 2 == 0 ? Seller : buyer;
            Run(_addMessage, id, room, sender, $"안녕하세요, {rev}번째 메시지예요. 내일 저녁에 볼 수 있을까요?", At(id), $"{id:X8}-0000-4000-8000-{room:X12}",
                rev);
        }

        return room;
    }

    public void Dispose()
    {
        Run("COMMIT; PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)");
        _addMessage.Dispose();
        _addRoom.Dispose();
        _addMember.Dispose();
        _connection.Dispose();
    }

    private void AddUsers(int count)
    {
        using var add = Prepare(
            """
            INSERT INTO AspNetUsers (Id, UserName, NormalizedUserName, SecurityStamp, CreatedAt, EmailConfirmed, PhoneNumberConfirmed,
                TwoFactorEnabled, LockoutEnabled, AccessFailedCount)
            VALUES ($0, $1, $2, $3, $4, 0, 0, 0, 1, 0)
            """, 5);
        for (var id = 1; id <= count; id++)
        {
            Run(add, id, BenchUsers.NameOf(id), BenchUsers.NameOf(id).ToUpperInvariant(), BenchUsers.SecurityStamp, At(0));
        }
    }

    private void AddProducts(int count)
    {
        using var add = Prepare(
            """
            INSERT INTO Products (Id, Title, SearchTitle, Price, Description, SellerId, CreatedAt, ClientId)
            VALUES ($0, $1, upper(replace($1, ' ', '')), $2, '거의 새것이에요.', 1, $3, $4)
            """, 5);
        for (var id = 1; id <= count; id++) Run(add, id, $"자전거 {id}호, 거의 새것", id * 100, At(id), $"{id:X8}-0000-4000-8000-000000000000");
    }

    private static string At(long second) => _firstDay.AddSeconds(second).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private SqliteCommand Prepare(string sql, int parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < parameters; i++) command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        return command;
    }

    private static void Run(SqliteCommand command, params object[] values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }

    private void Run(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

/// <summary>The large dataset and the small one that it is compared with: their sizes and the ids of their users.</summary>
public sealed class Dataset
{
    public const int ManyProducts = 100_000, FewProducts = 100;
    public const int TenRooms = 2, ThousandRooms = 3, TenThousandRooms = 4, ThousandUnread = 5, Reader = 6;
    public const int Senders = 16, FirstSender = 101, FirstWaiting = 1_001;
    private const int MessagesInARoom = 6;

    /// <summary>The storage folder of the large dataset.</summary>
    public required string Storage { get; init; }

    /// <summary>The room ids of the reader by number of messages.</summary>
    public Dictionary<int, int> RoomOfSize { get; } = [];

    public int RoomOfSender(int number) => _firstSenderRoom + number;

    public int RoomOfWaiting(int number) => _firstWaitingRoom + number;

    private int _firstSenderRoom, _firstWaitingRoom;

    public static async Task<Dataset> LoadAsync(string published, string storage, Options options)
    {
        var dataset = new Dataset { Storage = storage };
        using var builder = await DatasetBuilder.CreateAsync(published, storage, FirstWaiting + options.Waiting, ManyProducts);
        foreach (var size in new[] { 100, 10_000, options.Messages })
        {
            dataset.RoomOfSize[size] = builder.AddRoom(Reader, product: size % 1_000 + 1 + dataset.RoomOfSize.Count, size);
        }

        for (var i = 0; i < Senders; i++)
        {
            var room = builder.AddRoom(FirstSender + i, i + 1, MessagesInARoom);
            if (i == 0) dataset._firstSenderRoom = room;
        }

        for (var i = 0; i < options.Waiting; i++)
        {
            var room = builder.AddRoom(FirstWaiting + i, 1, MessagesInARoom);
            if (i == 0) dataset._firstWaitingRoom = room;
        }

        AddRooms(builder, TenRooms, 10, unread: 1);
        AddRooms(builder, ThousandRooms, 1_000, unread: 1);
        AddRooms(builder, TenThousandRooms, 10_000, unread: 1);
        AddRooms(builder, ThousandUnread, 10_000, unread: 1_000);
        return dataset;
    }

    public static async Task LoadSmallAsync(string published, string storage)
    {
        using var builder = await DatasetBuilder.CreateAsync(published, storage, FirstSender + Senders, FewProducts);
        AddRooms(builder, TenRooms, 10, unread: 1);
    }

    private static void AddRooms(DatasetBuilder builder, int buyer, int count, int unread)
    {
        for (var i = 0; i < count; i++) builder.AddRoom(buyer, product: i + 1, messages: 2, unread: i < unread);
    }
}
