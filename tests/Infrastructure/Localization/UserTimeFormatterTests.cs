using System.Globalization;
using MarketChat.Infrastructure.Localization;
using MarketChat.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Time.Testing;

namespace MarketChat.Tests.Infrastructure.Localization;

public sealed class UserTimeFormatterTests(MarketHost host) : IClassFixture<MarketHost>
{
    public static TheoryData<string> Names => [.. SharedCases.Times.Select(times => times.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Times_are_formatted_in_the_users_language_and_zone(string name)
    {
        var (_, language, zone, now, times) = SharedCases.Times.Single(times => times.Name == name);
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        var request = new DefaultHttpContext { Request = { Headers = { Cookie = $"{UserTimeFormatter.ZoneCookie}={zone}" } } };
        var formatter = new UserTimeFormatter(
            new HttpContextAccessor { HttpContext = request }, new FakeTimeProvider(now),
            host.Services.GetRequiredService<IStringLocalizer<UserTimeFormatter>>());

        times.ShouldNotBeEmpty();
        foreach (var expected in times)
        {
            var at = expected.At.UtcDateTime;
            new TimeTexts(
                expected.At, formatter.FormatRelative(at), formatter.DayName(at), formatter.TimeOfDay(at), formatter.Exact(at))
                .ShouldBe(expected);
        }
    }

    [Fact]
    public void Until_the_zone_is_known_it_is_korea()
    {
        var formatter = new UserTimeFormatter(
            new HttpContextAccessor(), TimeProvider.System, host.Services.GetRequiredService<IStringLocalizer<UserTimeFormatter>>());

        formatter.Day(new DateTime(2026, 11, 21, 15, 0, 0, DateTimeKind.Utc)).ShouldBe(new DateOnly(2026, 11, 22));
        formatter.Day(new DateTime(2026, 11, 21, 14, 59, 59, DateTimeKind.Utc)).ShouldBe(new DateOnly(2026, 11, 21));
    }
}
