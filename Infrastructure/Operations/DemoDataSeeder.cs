using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Photos;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Operations;

/// <summary>
/// Fills an empty database with demo data in one transaction: four users, twelve products, and three conversations with alice about her
/// bicycle. Does nothing if the database contains a user.
/// </summary>
public sealed class DemoDataSeeder(MarketDb db, UserManager<User> users, PhotoStore photos, TimeProvider time)
{
    public const string Password = "market-chat-demo";
    public const int Bicycle = 9;

    private const int Alice = 1, Bob = 2, Charlie = 3, David = 4;

    private static readonly string[] _names = ["alice", "bob", "charlie", "david"];
    private static readonly string _photoFiles = Path.Combine(AppContext.BaseDirectory, "Infrastructure/Data/DemoPhotos");

    // Ordered from oldest to newest, so that ids increase with time.
    private static readonly DemoProduct[] Products =
    [
        new(Charlie, "말랑말랑 곰인형", 8_000, TimeSpan.FromDays(12), ["teddy"],
            "뽑기에서 뽑은 곰인형이에요. 장식장에만 두어서 깨끗해요.\n세탁도 한 번 했습니다."),
        new(Alice, "필름 카메라 (필름 한 롤 포함)", 140_000, TimeSpan.FromDays(10), ["camera"],
            "여행 다니며 잘 썼던 필름 카메라예요. 노출계와 셔터 모두 잘 작동해요.\n\n남은 필름 한 롤도 같이 드릴게요."),
        new(David, "게임기와 패드 두 개", 150_000, TimeSpan.FromDays(8), ["console"],
            "주말마다 친구들과 하던 게임기예요. 패드 두 개 다 쏠림 없어요.\n오셔서 켜 보고 가져가셔도 됩니다."),
        new(Bob, "등산 배낭 30리터", 38_000, TimeSpan.FromDays(7), ["backpack"],
            "당일 산행에 딱 좋은 크기예요. 레인 커버가 바닥 주머니에 들어 있어요."),
        new(Charlie, "가죽 스트랩 손목시계", 45_000, TimeSpan.FromDays(6), ["watch"],
            "작년에 선물 받았는데 몇 번 안 찼어요. 배터리는 지난주에 새로 갈았습니다."),
        new(Alice, "이사 정리해요 (소파, 의자, 책, 노트북)", 210_000, TimeSpan.FromDays(5), ["sofa", "chair", "books", "laptop"],
            "다음 주에 이사해서 한꺼번에 정리해요.\n\n· 2인용 소파\n· 책상 의자\n· 소설책 열다섯 권\n· 13인치 노트북 (문서 작업용)\n\n따로 사셔도 되니 편하게 물어봐 주세요."),
        new(David, "노이즈 캔슬링 헤드폰", 95_000, TimeSpan.FromDays(4), ["headphones"],
            "출퇴근길에 반년 썼어요. 이어패드는 새것으로 갈았고 케이스와 케이블도 있어요."),
        new(Bob, "러닝화 270, 두 번 신었어요", 32_000, TimeSpan.FromDays(3), ["sneakers"],
            "저한테 조금 작아서 내놓아요. 트랙에서만 두 번 신었습니다."),
        new(Alice, "로드 자전거 54 사이즈, 거의 새것", 320_000, TimeSpan.FromDays(2), ["bicycle"],
            "작년 봄에 사서 주말에만 탔어요. 체인과 브레이크 패드는 지난달에 교체했습니다.\n\n직거래는 역 앞 광장에서 가능하고, 시승해 보셔도 좋아요."),
        new(David, "몬스테라 화분 나눔합니다", 0, TimeSpan.FromHours(20), ["plant"],
            "잎이 너무 풍성해져서 한 포기 나눠요. 화분째 드립니다.\n물은 일주일에 한 번이면 충분해요 🌿"),
        new(Charlie, "2인용 텐트, 두 번 사용했어요", 65_000, TimeSpan.FromHours(3), ["tent"],
            "둘이 자기에 넉넉해요. 팩과 폴대 모두 그대로 있고, 잘 말려서 보관했습니다."),
        new(Bob, "통기타 (케이스 포함)", 90_000, TimeSpan.FromMinutes(21), ["guitar"],
            "처음 배우기 좋은 기타예요. 줄은 새로 갈았고 소프트 케이스와 카포도 함께 드려요."),
    ];

    private readonly DateTime _now = time.GetUtcNowInMilliseconds();
    private readonly List<string> _storedPhotos = [];

    public async Task SeedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await db.ExecuteInTransactionAsync(SeedCoreAsync, cancellationToken);
        }
        catch
        {
            await photos.DeleteFilesAsync(_storedPhotos);
            throw;
        }
    }

    private async Task<bool> SeedCoreAsync(CancellationToken cancellationToken)
    {
        if (await db.Users.AnyAsync(cancellationToken)) return false;
        await AddUsersAsync();
        await AddProductsAsync(cancellationToken);
        AddConversations();
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }

    private async Task AddUsersAsync()
    {
        foreach (var (index, name) in _names.Index())
        {
            var user = new User { Id = index + 1, UserName = name, CreatedAt = _now.AddDays(-30) };
            var result = await users.CreateAsync(user, Password);
            if (!result.Succeeded) throw new InvalidOperationException($"The demo user {name} cannot be created: {result}");
        }
    }

    private async Task AddProductsAsync(CancellationToken cancellationToken)
    {
        foreach (var (index, demoProduct) in Products.Index())
        {
            var product = new Product
            {
                Id = index + 1,
                SellerId = demoProduct.SellerId,
                Title = demoProduct.Title,
                Price = demoProduct.Price,
                Description = demoProduct.Description,
                CreatedAt = _now - demoProduct.Age,
            };
            foreach (var photoFile in demoProduct.PhotoFiles)
            {
                var photo = await StoreAsync(demoProduct.SellerId, $"{photoFile}.jpg", cancellationToken);
                product.Photos.Add(
                    new() { Position = product.Photos.Count, Name = photo.Name, Width = photo.Width, Height = photo.Height });
            }

            db.Add(product);
        }
    }

    private async Task<StoredPhoto> StoreAsync(int sellerId, string fileName, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(Path.Combine(_photoFiles, fileName));
        var result = await photos.SaveAsync(sellerId, new FormFile(content, 0, content.Length, "photo", fileName), cancellationToken);
        if (result.Photo is not { } photo)
            throw new InvalidOperationException($"The demo photo {fileName} cannot be stored: {result.Problem}");
        photo.IsStaged = false;
        _storedPhotos.Add(photo.Name);
        return photo;
    }

    private void AddConversations()
    {
        var david = new DemoConversation(db, David, Ago(hours: 30));
        david.AddMessage(David, "안녕하세요, 자전거에 거치대도 같이 주시나요?", Ago(hours: 30));
        david.MarkRead(Alice);
        david.AddMessage(Alice, "네, 뒷바퀴 거치대 하나 같이 드려요.", Ago(hours: 29));
        david.MarkRead(David);
        david.AddMessage(David, "좋네요. 고민해 보고 다시 연락드릴게요!", Ago(hours: 28));
        david.MarkRead(Alice);
        david.AddMessage(Alice, "네, 천천히 생각해 보세요 🙂", Ago(hours: 27));
        david.MarkRead(David);
        david.AddMessage(David, "네, 감사합니다!", Ago(hours: 26));
        david.MarkRead(Alice);

        var bob = new DemoConversation(db, Bob, Ago(minutes: 40));
        bob.AddMessage(Bob, "안녕하세요! 자전거 아직 있나요?", Ago(minutes: 40));
        bob.MarkRead(Alice);
        bob.AddMessage(Alice, "네, 있어요 🙂", Ago(minutes: 38));
        bob.AddMessage(Alice, "키가 어떻게 되세요? 54 사이즈는 168~178 정도에 맞아요", Ago(minutes: 37));
        bob.MarkRead(Bob);

        var charlie = new DemoConversation(db, Charlie, Ago(minutes: 12));
        charlie.AddMessage(Charlie, "30만원에 가능하신가요?", Ago(minutes: 12));

        bob.AddMessage(Bob, "173이에요. 딱 좋네요", Ago(minutes: 3));
        bob.AddMessage(Bob, "혹시 오늘 저녁에 볼 수 있을까요?", Ago(minutes: 2));
    }

    private DateTime Ago(int hours = 0, int minutes = 0) => _now - new TimeSpan(hours, minutes, 0);

    private sealed record DemoProduct(int SellerId, string Title, int Price, TimeSpan Age, string[] PhotoFiles, string Description);

    /// <summary>
    /// Builds a room about the bicycle. Its methods update the room's rev, read markers and other columns in the same way as the commands
    /// of the chat do.
    /// </summary>
    private sealed class DemoConversation
    {
        private readonly MarketDb _db;
        private readonly ChatRoom _room;
        private long _lastMessageId;

        public DemoConversation(MarketDb db, int buyerId, DateTime at)
        {
            _db = db;
            _room = ChatRoom.Create(buyerId, Alice, Bicycle, at);
            _room.Id = db.ChatRooms.Local.Count + 1;
            db.Add(_room);
        }

        public void AddMessage(int userId, string payload, DateTime at)
        {
            _lastMessageId = _db.Messages.Local.Count + 1;
            foreach (var member in _room.Members)
            {
                member.LastActivityAt = at;
                if (member.UserId != userId) member.LastIncomingMessageId = _lastMessageId;
            }

            _db.Add(new Message
            {
                Id = _lastMessageId,
                ChatRoomId = _room.Id,
                UserId = userId,
                Payload = payload,
                CreatedAt = at,
                ClientId = Guid.NewGuid(),
                Rev = ++_room.Rev,
            });
        }

        public void MarkRead(int userId)
        {
            _room.Members.Single(member => member.UserId == userId).LastReadMessageId = _lastMessageId;
            _room.Rev++;
        }
    }
}
