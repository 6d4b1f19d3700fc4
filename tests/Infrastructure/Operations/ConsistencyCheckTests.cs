using MarketChat.Infrastructure.Operations;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Infrastructure.Operations;

[Trait("Category", "Sqlite")]
public sealed class ConsistencyCheckTests
{
    [Fact]
    public async Task What_people_do_leaves_everything_in_agreement()
    {
        await using var host = new MarketHost();
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "아직 있나요?");
        var answer = await talk.Send(talk.Seller, "네");
        await talk.MarkRead(talk.Buyer, answer.Id);
        await talk.Send(talk.Buyer, "살게요");

        var report = await Check(host);

        report.Findings.ShouldBeEmpty();
        report.Summary.ShouldContain("3 messages: no inconsistencies.");
    }

    [Theory]
    [InlineData("UPDATE RoomMembers SET LastIncomingMessageId = 0 WHERE Role = 1", "LastIncomingMessageId")]
    [InlineData("UPDATE RoomMembers SET LastIncomingMessageId = 1 WHERE Role = 0", "LastIncomingMessageId")]
    [InlineData("DELETE FROM RoomMembers WHERE Role = 0", "members")]
    [InlineData("UPDATE RoomMembers SET Role = 0", "members")]
    [InlineData("UPDATE ChatRooms SET Rev = 1", "Rev is lower")]
    [InlineData("UPDATE RoomMembers SET LastReadMessageId = 99 WHERE Role = 1", "read marker")]
    [InlineData("UPDATE RoomMembers SET LastActivityAt = '2020-01-01 00:00:00'", "LastActivityAt")]
    [InlineData("UPDATE Products SET SellerId = 2", "seller is not the seller of the product")]
    [InlineData("UPDATE Messages SET UserId = 3 WHERE Id = 1", "not a member of the room")]
    [InlineData("DROP INDEX IX_Messages_ChatRoomId_Rev; UPDATE Messages SET Rev = 1", "same Rev")]
    [InlineData("PRAGMA foreign_keys = OFF; UPDATE Messages SET UserId = 99 WHERE Id = 1", "refers to a missing row")]
    [InlineData("UPDATE AspNetUsers SET Avatar = '00000000000000000000000000000000.png'", "without a file: 00000000")]
    public async Task What_does_not_agree_is_found(string harm, string finding)
    {
        await using var host = new MarketHost();
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "하나");
        await talk.Send(talk.Seller, "둘");
        await talk.Send(talk.Buyer, "셋");
        await host.AddUser("stranger");
        await host.Data(db => db.Database.ExecuteSqlRawAsync(harm));

        (await Check(host)).Findings.ShouldContain(line => line.Contains(finding, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("UPDATE StoredPhotos SET IsStaged = 1", "in use but staged")]
    [InlineData("DELETE FROM StoredPhotos", "without a row")]
    [InlineData("UPDATE StoredPhotos SET Bytes = 1000000", "damaged")]
    [InlineData("UPDATE StoredPhotos SET Width = 99", "damaged")]
    [InlineData("UPDATE Messages SET Kind = 'photos', Data = 'no JSON'", "photos cannot be read: 1")]
    [InlineData("UPDATE Messages SET Kind = 'photos', Data = '[null]'", "photos cannot be read: 1")]
    [InlineData("UPDATE Messages SET Kind = 'photos', Data = NULL", "photos cannot be read: 1")]
    public async Task Rows_of_photos_that_do_not_agree_are_found(string harm, string finding)
    {
        await using var host = new MarketHost();
        await HavePhoto(host);
        (await Check(host)).Findings.ShouldBeEmpty();

        await host.Data(db => db.Database.ExecuteSqlRawAsync(harm));

        (await Check(host)).Findings.ShouldContain(line => line.Contains(finding, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Damaged_files_of_photos_and_keys_are_found()
    {
        await using var host = new MarketHost();
        var photo = await HavePhoto(host);
        var file = Path.Combine(host.StorageRoot, "photos", photo);
        await File.WriteAllBytesAsync(file, new byte[new FileInfo(file).Length]);
        await File.WriteAllTextAsync(Path.Combine(host.StorageRoot, "keys", "key-1.xml"), "<key");
        await File.WriteAllTextAsync(Path.Combine(host.StorageRoot, "keys", "push.pem"), "");

        var findings = (await Check(host)).Findings;

        findings.ShouldContain($"Photos whose file is damaged: {photo}");
        findings.ShouldContain(line => line.Contains("Keys that cannot be read", StringComparison.Ordinal)
            && line.Contains("key-1.xml", StringComparison.Ordinal) && line.Contains("push.pem", StringComparison.Ordinal));
    }

    private static async Task<string> HavePhoto(MarketHost host)
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "하나");
        var photo = await host.AddPhoto(talk.Buyer.Id);
        await host.Data(db => db.Database.ExecuteSqlAsync(
            $"UPDATE StoredPhotos SET IsStaged = 0; UPDATE AspNetUsers SET Avatar = {photo.Name} WHERE Id = {talk.Buyer.Id}"));
        return photo.Name;
    }

    private static async Task<ConsistencyReport> Check(MarketHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ConsistencyChecker>().RunAsync(CancellationToken.None);
    }
}
