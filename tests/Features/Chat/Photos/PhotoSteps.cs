using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Chat.Photos;

/// <summary>User actions with photos.</summary>
internal static class PhotoSteps
{
    public sealed record Size(int Width, int Height);

    public sealed record PhotoMessage(long Id, Guid ClientId, bool Mine, string Payload, Size[]? Photos);

    public sealed record RoomChangesResponse(PhotoMessage[] Messages);

    /// <summary>Sends all photos in one request, as the form does.</summary>
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

    /// <summary>Sends photos and checks that the message was stored by this request.</summary>
    public static async Task<PhotoMessage> ShowPhotos(this Conversation talk, TestBrowser speaker, params byte[][] photos)
    {
        var answer = await talk.SendPhotos(speaker, photos);
        answer.StatusCode.ShouldBe(201, answer.ReadAsText());
        return answer.ReadAsJson<PhotoMessage>();
    }

    /// <summary>Uploads one photo of several, as the page's script does.</summary>
    public static async Task<IScenarioResult> UploadOne(
        this Conversation talk, TestBrowser speaker, Guid clientId, int number, byte[] photo)
    {
        var token = await speaker.Token();
        return await speaker.Scenario(s =>
        {
            s.Post.Form(("clientId", $"{clientId}"), ("number", $"{number}")).File("photo", photo).ToUrl($"{talk.Url}/photos/uploads");
            s.AsScript(token);
            s.IgnoreStatusCode();
        });
    }

    /// <summary>Sends the photos that were uploaded one by one as one message.</summary>
    public static async Task<IScenarioResult> SendUploads(this Conversation talk, TestBrowser speaker, Guid clientId, int count)
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
