using System.Text.Json;
using MarketChat.Tests.Browser;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Chat.Notifications;

/// <summary>What the bell shows and does: each state of the browser with each of the server, as the feature's README says.</summary>
public sealed class NotificationStateTests(KestrelHost host) : BrowserTest, IClassFixture<KestrelHost>
{
    [BrowserFact]
    public async Task The_bell_does_and_shows_what_the_table_says()
    {
        var cells = ReadmeTable.Read("Features/Chat/Notifications/README.md", "What the bell does");
        var page = await Device(host);
        await page.Open("/"); // For its import map.

        var decisions = await page.EvaluateAsync<string[]>(
            """
            async cells => {
              const { decideNotifications } = await import('/Features/Chat/Notifications/notification-state.js');
              const permissions = { 'denied': 'denied', 'not decided': 'default', 'granted': 'granted', 'cannot be had': 'granted' };
              return JSON.parse(cells).map(({ row, column }) => {
                const { shown, action } = decideNotifications({
                  isAvailable: row !== 'cannot be had',
                  permission: permissions[row],
                  server: column.match(/^\w+/)[0],
                  isSubscribed: column !== 'none',
                  isSame: column.endsWith('the same'),
                });
                return action ? `${action} ${shown}` : shown;
              });
            }
            """,
            JsonSerializer.Serialize(cells.Select(cell => new { row = cell.Row, column = cell.Column })));

        cells.Count.ShouldBe(20);
        foreach (var (cell, decision) in cells.Zip(decisions)) decision.ShouldBe(cell.Cell, $"{cell.Row}, {cell.Column}");
    }
}
