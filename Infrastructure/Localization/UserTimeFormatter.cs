using System.Globalization;
using Microsoft.Extensions.Localization;

namespace MarketChat.Infrastructure.Localization;

/// <summary>
/// Formats UTC times in the user's language and time zone. The zone comes from a cookie that the page's script sets; until then it is
/// Asia/Seoul. The script updates the rendered texts by the same rules (wwwroot/js/times.js). Both are tested with tests/Cases/times.json.
/// </summary>
public sealed class UserTimeFormatter(IHttpContextAccessor http, TimeProvider time, IStringLocalizer<UserTimeFormatter> localizer)
{
    public const string ZoneCookie = "market-zone";
    private const int MaxRelativeDays = 7;

    private readonly TimeZoneInfo _zone = FindZone(http.HttpContext?.Request.Cookies[ZoneCookie]);

    /// <summary>The calendar day of a UTC time in the user's zone.</summary>
    public DateOnly Day(DateTime utc) => DateOnly.FromDateTime(ToLocal(utc));

    /// <summary>Formats the time elapsed: "방금", "5분 전", "어제", and the date after a week.</summary>
    public string FormatRelative(DateTime utc)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var elapsed = now - utc;
        var days = Day(now).DayNumber - Day(utc).DayNumber;
        return elapsed switch
        {
            { TotalMinutes: < 1 } => localizer["JustNow"],
            { TotalHours: < 1 } => FormatCount("Minutes", (int)elapsed.TotalMinutes),
            { TotalDays: < 1 } => FormatCount("Hours", (int)elapsed.TotalHours),
            _ when days <= 1 => localizer["Yesterday"],
            _ when days < MaxRelativeDays => FormatCount("Days", days),
            _ => ToLocal(utc).ToString(localizer["Date"], CultureInfo.CurrentCulture),
        };
    }

    /// <summary>Formats the time of day: "오후 2:10".</summary>
    public string TimeOfDay(DateTime utc) => ToLocal(utc).ToString(localizer["TimeOfDay"], CultureInfo.CurrentCulture);

    /// <summary>Formats the day: "오늘", or "2026년 11월 22일 일요일".</summary>
    public string DayName(DateTime utc) =>
        Day(utc) == Day(time.GetUtcNow().UtcDateTime) ? localizer["Today"] : ToLocal(utc)
            .ToString(localizer["LongDate"], CultureInfo.CurrentCulture);

    /// <summary>Formats the full date and time, for tooltips and screen readers.</summary>
    public string Exact(DateTime utc) => ToLocal(utc).ToString(localizer["Exact"], CultureInfo.CurrentCulture);

    private DateTime ToLocal(DateTime utc) => TimeZoneInfo.ConvertTimeFromUtc(utc, _zone);

    private string FormatCount(string unit, int count) => localizer[count == 1 ? unit + "One" : unit, count];

    private static TimeZoneInfo FindZone(string? id) =>
        id is { Length: > 0 and < 64 } && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)
            ? zone
            : CultureData.DefaultZone;
}
