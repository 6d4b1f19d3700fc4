using System.Globalization;
using Microsoft.Extensions.Localization;

namespace MarketChat.Infrastructure.Localization;

/// <summary>
/// Tells times as the reader would: in their language and their zone. The zone comes from a cookie that the page's script sets;
/// until then Korea's holds. The script keeps what is written here current, by the same rules (wwwroot/js/times.js).
/// </summary>
public sealed class UserTimeFormatter(IHttpContextAccessor http, TimeProvider time, IStringLocalizer<UserTimeFormatter> localizer)
{
    public const string ZoneCookie = "market-zone";
    private const string DefaultZone = "Asia/Seoul";
    private const int MaxRelativeDays = 7;

    private readonly TimeZoneInfo _zone = FindZone(http.HttpContext?.Request.Cookies[ZoneCookie]);

    /// <summary>The calendar day of a UTC time, for the reader.</summary>
    public DateOnly Day(DateTime utc) => DateOnly.FromDateTime(Local(utc));

    /// <summary>"방금", "5분 전", "어제", and a date after a week.</summary>
    public string FormatRelative(DateTime utc)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var passed = now - utc;
        var days = Day(now).DayNumber - Day(utc).DayNumber;
        return passed switch
        {
            { TotalMinutes: < 1 } => localizer["JustNow"],
            { TotalHours: < 1 } => Counted("Minutes", (int)passed.TotalMinutes),
            { TotalDays: < 1 } => Counted("Hours", (int)passed.TotalHours),
            _ when days <= 1 => localizer["Yesterday"],
            _ when days < MaxRelativeDays => Counted("Days", days),
            _ => Local(utc).ToString(localizer["Date"], CultureInfo.CurrentCulture),
        };
    }

    /// <summary>"오후 2:10".</summary>
    public string TimeOfDay(DateTime utc) => Local(utc).ToString(localizer["TimeOfDay"], CultureInfo.CurrentCulture);

    /// <summary>"오늘", or "2026년 11월 22일 일요일".</summary>
    public string DayName(DateTime utc) =>
        Day(utc) == Day(time.GetUtcNow().UtcDateTime) ? localizer["Today"] : Local(utc)
            .ToString(localizer["LongDate"], CultureInfo.CurrentCulture);

    /// <summary>Date and time in full, for whoever hovers or listens.</summary>
    public string Exact(DateTime utc) => Local(utc).ToString(localizer["Exact"], CultureInfo.CurrentCulture);

    private DateTime Local(DateTime utc) => TimeZoneInfo.ConvertTimeFromUtc(utc, _zone);

    private string Counted(string unit, int count) => localizer[count == 1 ? unit + "One" : unit, count];

    private static TimeZoneInfo FindZone(string? id) =>
        id is { Length: > 0 and < 64 } && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)
            ? zone
            : TimeZoneInfo.TryFindSystemTimeZoneById(DefaultZone, out var korea) ? korea : TimeZoneInfo.Utc;
}
