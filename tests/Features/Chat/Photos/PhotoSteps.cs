using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Chat.Photos;

/// <summary>What people do with photos, in their words.</summary>
internal static class PhotoSteps
{
    public sealed record Size(int Width, int Height);

    public sealed record PhotoMessage(long Id, Guid ClientId, bool Mine, string Payload, Size[]? Photos);

    public sealed record RoomChangesResponse(PhotoMessage[] Messages);

    /// <summary>Sends as a script would that sends all at once.</summary>
    public static async Task<IScenarioResult> SendPhotos(
        this Conversation talk, TestBrowser speaker, byte[][] photos, Guid? clientId = null, string? token = null)
    {
        token ??= await speaker.Token();
        return await speaker.Scenario(s =>
        {
            var request = s.Post.Form(("clientId", $"{clientId ?? Guid.NewGuid()}")).Multipart().ToUrl($"{talk.Url}/photos");
            foreach (var photo in photos) request.File("photo", photo);
            s.AsScript(token);
            s.IgnoreStatusCode();
        });
    }

    /// <summary>The same, and the answer must be that it was stored now.</summary>
    public static async Task<PhotoMessage> ShowPhotos(this Conversation talk, TestBrowser speaker, params byte[][] photos)
    {
        var answer = await talk.SendPhotos(speaker, photos);
        answer.StatusCode.ShouldBe(201, answer.ReadAsText());
        return answer.ReadAsJson<PhotoMessage>();
    }

    /// <summary>Sends one photo of several, as the page's script does.</summary>
    public static async Task<IScenarioResult> SendPart(this Conversation talk, TestBrowser speaker, Guid clientId, int number, byte[] photo)
    {
        var token = await speaker.Token();
        return await speaker.Scenario(s =>
        {
            s.Post.Form(("clientId", $"{clientId}"), ("number", $"{number}")).File("photo", photo).ToUrl($"{talk.Url}/photos/uploads");
            s.AsScript(token);
            s.IgnoreStatusCode();
        });
    }

    /// <summary>Says that the photos sent one by one are a message.</summary>
    public static async Task<IScenarioResult> SendParts(this Conversation talk, TestBrowser speaker, Guid clientId, int count)
    {
        var token = await speaker.Token();
        return await speaker.Scenario(s =>
        {
            s.Post.Form(("clientId", $"{clientId}"), ("count", $"{count}")).ToUrl($"{talk.Url}/photos/uploads?handler=Send");
            s.AsScript(token);
            s.IgnoreStatusCode();
        });
    }

    public static string UrlOf(this Conversation talk, PhotoMessage message, int number = 1) => $"{talk.Url}/photos/{message.Id}/{number}";

    public static Task<IScenarioResult> Fetch(this TestBrowser visitor, string url, int status = 200) => visitor.Scenario(s =>
    {
        s.Get.Url(url);
        s.StatusCodeShouldBe(status);
    });

    public static string[] FilesIn(this MarketHost host, string folder) =>
        [.. Directory.GetFiles(Directory.CreateDirectory(Path.Combine(host.StorageRoot, folder)).FullName).Order()];
}
