using MarketChat.Tests.Support;
using Microsoft.Data.Sqlite;

namespace MarketChat.Tests.Infrastructure.Operations;

[Trait("Category", "Sqlite")]
[Trait("Category", "Slow")]
[Collection(nameof(UpgradeTests))]
public sealed class UpgradeTests
{
    [Fact]
    public async Task A_database_of_the_first_version_is_brought_up_to_date_with_its_talks_and_a_copy_stays()
    {
        await using var app = new AppUnderTestProcess();
        await Become(app, "first-version.sql");

        await app.Start();

        var bob = await app.SignedIn("bob");
        (await bob.Page("/chat/2")).QuerySelectorAll("[data-text]").Select(text => text.TextContent).ShouldBe(
        [
            "안녕하세요! 자전거 아직 있나요?", "네, 있어요 🙂", "키가 어떻게 되세요? 54 사이즈는 168~178 정도에 맞아요",
            "173이에요. 딱 좋네요", "혹시 오늘 저녁에 볼 수 있을까요?",
        ]);
        (await (await app.SignedIn("alice")).Page("/chat")).QuerySelectorAll("[data-unread]").Length.ShouldBe(2);
        (await app.Run("check")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_migration_that_was_broken_off_does_not_lock_the_next_start_out()
    {
        await using var app = new AppUnderTestProcess();
        await Become(app, "first-version.sql", "INSERT INTO __EFMigrationsLock VALUES (1, '2026-01-01')");

        await app.Start();
    }

    [Fact]
    public async Task A_database_of_a_later_version_is_left_alone()
    {
        await using var app = new AppUnderTestProcess();
        await Become(app, "first-version.sql", "INSERT INTO __EFMigrationsHistory VALUES ('29990101000000_Later', '99.0.0')");

        var (exitCode, said) = await app.Run();

        exitCode.ShouldBe(1);
        said.ShouldContain("written by a later version");
    }

    [Fact]
    public async Task Of_two_processes_on_the_same_storage_one_serves_and_the_other_says_why_not()
    {
        await using var one = new AppUnderTestProcess();
        await using var other = new AppUnderTestProcess { Storage = one.Storage };
        await one.Launch();
        await other.Launch();

        await Wait.Until(() => one.HasExited || other.HasExited, "one of them gives up");
        var (left, running) = one.HasExited ? (one, other) : (other, one);
        await running.WaitUntilUp();
        (await left.Run()).Output.ShouldContain("Another MarketChat is running");
        running.HasExited.ShouldBeFalse();
        (await running.Run("check")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Nor_do_two_processes_share_a_database_from_different_folders()
    {
        await using var one = new AppUnderTestProcess();
        await using var other = new AppUnderTestProcess();
        await one.Start();

        var (exitCode, said) = await other.Run("--ConnectionStrings:Market", $"Data Source={one.DatabaseFile}");

        exitCode.ShouldBe(1);
        said.ShouldContain($"Another MarketChat is running on the database {one.DatabaseFile}");
    }

    private static async Task Become(AppUnderTestProcess app, string dump, string and = "")
    {
        await Execute(app, await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, dump)));
        await Execute(app, and);
    }

    private static async Task Execute(AppUnderTestProcess app, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={app.DatabaseFile};Pooling=False;Foreign Keys=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (sql.Length > 0) await command.ExecuteNonQueryAsync();
    }
}
