using MarketChat.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>What is to be sent to somebody's browsers, and what is to be written down of it.</summary>
public sealed class NoticeDispatches(MarketDb db, PeopleToTell people, NoticeQuery notices, NoticeWords words, IFeatureManager features)
{
    private sealed record Browser(PushSubscription Subscription, string? PersonName, string Language, bool IsOver);

    /// <summary>What there is to tell somebody, which counts as told from now on.</summary>
    public async Task<List<NoticeDispatch>> FindAsync(int person, CancellationToken cancellationToken)
    {
        var cameAt = people.CameAt(person);
        var browsers = await db.PushSubscriptions.AsNoTracking().Where(s => s.UserId == person)
            .Select(s => new Browser(s, s.User.UserName, s.User.Language ?? s.Language, s.Stamp != s.User.SecurityStamp))
            .ToListAsync(cancellationToken);
        await ForgetAsync([.. browsers.Where(b => b.IsOver).Select(b => b.Subscription.Id)], cancellationToken);
        browsers.RemoveAll(b => b.IsOver);
        if (browsers.Count == 0) people.StopListening(person, cameAt);
        if (browsers.Count == 0 || !await IsOnAsync(browsers[0].PersonName)) return [];

        var since = browsers.Min(b => b.Subscription.CreatedAt);
        return [.. from notice in await notices.TakeAsync(person, since, cancellationToken)
                   select new NoticeDispatch(person, notice, CopiesOf(notice, browsers))];
    }

    /// <summary>
    /// What has waited may have become pointless; and a browser in which somebody has signed out meanwhile gets it no more.
    /// </summary>
    public async Task ReviseAsync(NoticeDispatch dispatch, CancellationToken cancellationToken)
    {
        if (!await notices.StandsAsync(dispatch.Person, dispatch.Notice, cancellationToken)) dispatch.GiveUp();
        else dispatch.KeepTo(await db.PushSubscriptions.Where(s => s.UserId == dispatch.Person && s.Stamp == s.User.SecurityStamp)
            .Select(s => s.Id).ToListAsync(cancellationToken));
    }

    /// <summary>Forgets the subscriptions that are over; and what has reached nobody does not count as told.</summary>
    public async Task NoteAsync(IReadOnlyCollection<NoticeDispatch> sent, CancellationToken cancellationToken)
    {
        await ForgetAsync([.. sent.SelectMany(dispatch => dispatch.Gone)], cancellationToken);
        foreach (var lost in sent.Where(dispatch => dispatch.IsLost))
        {
            await notices.PutBackAsync(lost.Person, lost.Notice, cancellationToken);
        }
    }

    private List<NoticeCopy> CopiesOf(Notice notice, List<Browser> browsers) =>
        [.. from browser in browsers
            where notice.SentAt >= browser.Subscription.CreatedAt || !notice.IsNews
            select new NoticeCopy(browser.Subscription, words.In(browser.Language, notice))];

    // For this person: the flag may be on for some people only, and here nobody is signed in.
    private Task<bool> IsOnAsync(string? person) =>
        features.IsEnabledAsync(NotificationsSetup.Flag, new TargetingContext { UserId = person });

    private async Task ForgetAsync(IReadOnlyCollection<Guid> browsers, CancellationToken cancellationToken)
    {
        if (browsers.Count == 0) return;
        await db.WriteAsync(token => db.PushSubscriptions.Where(s => browsers.Contains(s.Id)).ExecuteDeleteAsync(token), cancellationToken);
    }
}
