using System.Text;
using System.Text.RegularExpressions;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Browser;

/// <summary>Pages on paper: everything is there, in dark on white, without what only works on a screen.</summary>
public sealed partial class PrintTests(KestrelHost host) : BrowserTest, IClassFixture<KestrelHost>
{
    private const int Messages = 100;
    private const int Height = 2000;

    [BrowserFact]
    public async Task A_hundred_messages_take_several_pages()
    {
        foreach (var width in new[] { 390, 1280 })
        {
            var talk = await CreateLongConversation();
            var page = await Device(host, talk.Buyer, width: width);
            await page.Open(talk.Url);
            await Expect(page.Messages().Nth(80)).ToBeAttachedAsync();

            (await CountPages(page)).ShouldBeInRange(4, 9);

            await page.EmulateMediaAsync(new() { Media = Media.Print });
            var hidden = await page.EvaluateAsync<int>("""
                () => Array.from(document.querySelectorAll('.message')).filter(message => {
                  const { top, bottom, height } = message.getBoundingClientRect();
                  return height < 20 || top < 0 || bottom > document.documentElement.scrollHeight;
                }).length
                """);
            hidden.ShouldBe(0);
        }
    }

    [BrowserFact]
    public async Task A_dark_screen_prints_dark_text_on_white()
    {
        var talk = await CreateLongConversation();
        foreach (var url in new[] { talk.Url, "/chat", "/", $"/products/{talk.Product.Id}", "/account/profile" })
        {
            var page = await Device(host, talk.Buyer, height: Height, scheme: ColorScheme.Dark);
            await page.Open(url);
            await page.EmulateMediaAsync(new() { Media = Media.Print, ColorScheme = ColorScheme.Dark });

            var texts = await page.TextBoxes();

            using var picture = await page.Picture();
            picture.ColorAt(2, Height - 2).ShouldBe("#ffffff");
            texts.Where(box => !picture.HasLegibleText(box)).ShouldBeEmpty(url);
        }
    }

    [BrowserFact]
    public async Task Nothing_is_printed_that_only_works_on_a_screen()
    {
        var talk = await CreateLongConversation();
        var page = await Device(host, talk.Buyer, width: 1280);
        foreach (var url in new[] { talk.Url, "/chat", "/", $"/products/{talk.Product.Id}", "/products/post", "/account/profile" })
        {
            await page.Open(url);
            await page.EmulateMediaAsync(new() { Media = Media.Print });

            var shown = await page.EvaluateAsync<string[]>("""
                () => Array.from(document.querySelectorAll('button, .button, .tabs, [data-composer], [data-older], .skip'))
                  .filter(element => element.checkVisibility()).map(element => element.outerHTML.slice(0, 80))
                """);
            shown.ShouldBeEmpty(url);
            await page.EmulateMediaAsync(new() { Media = Media.Screen });
        }
    }

    private async Task<Conversation> CreateLongConversation()
    {
        var talk = await Conversation.Create(host);
        await host.Data(async db =>
        {
            db.AddRange(Enumerable.Range(1, Messages).Select(number => new Message
            {
                Payload = $"말 {number}",
                UserId = number % 3 == 0 ? talk.Buyer.Id : talk.Seller.Id,
                ChatRoomId = talk.RoomId,
                CreatedAt = host.Clock.UtcNow,
                ClientId = Guid.NewGuid(),
                Rev = number,
            }));
            await db.SaveChangesAsync();
            var room = await db.ChatRooms.Include(room => room.Members).SingleAsync(room => room.Id == talk.RoomId);
            room.Rev = Messages;
            foreach (var member in room.Members) member.LastIncomingMessageId = await db.Messages.MaxAsync(message => message.Id);
            return await db.SaveChangesAsync();
        });
        return talk;
    }

    /// <summary>The number of pages of the page's PDF, in which Chromium writes the page objects in plain text.</summary>
    private static async Task<int> CountPages(IPage page) =>
        PageObject().Count(Encoding.Latin1.GetString(await page.PdfAsync(new() { Format = "A4" })));

    [GeneratedRegex(@"/Type\s*/Page\b", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PageObject();
}
