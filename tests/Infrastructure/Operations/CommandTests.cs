using MarketChat.Infrastructure.Operations;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Operations;

public sealed class CommandTests
{
    [Theory]
    [InlineData]
    [InlineData("--urls", "http://localhost:5001")]
    [InlineData("Demo:Enabled=false")]
    public void Without_a_command_the_app_serves(params string[] line) => OperatorCommand.Parse(line).ShouldBeNull();

    [Theory]
    [InlineData("check", "", 0, "check")]
    [InlineData("check", "", 1, "check", "--Storage:Root=/srv/market")]
    [InlineData("backup", "/srv/monday.zip", 0, "backup", "/srv/monday.zip")]
    [InlineData("restore", "monday.zip", 2, "restore", "monday.zip", "--Storage:Root", "/srv/market")]
    public void A_command_takes_its_word_and_leaves_the_settings(string name, string operand, int settings, params string[] line)
    {
        var command = OperatorCommand.Parse(line).ShouldNotBeNull();

        (command.Name, command.Operand).ShouldBe((name, operand));
        command.Settings.ShouldBe(line[^settings..]);
    }

    [Theory, Trait("Category", "Slow")]
    [InlineData("chekc")]
    [InlineData("backup")]
    [InlineData("check", "everything")]
    public async Task What_is_no_command_is_answered_with_the_commands_there_are(params string[] line)
    {
        await using var app = new AppUnderTestProcess();

        var (exitCode, said) = await app.Run(line);

        exitCode.ShouldBe(2);
        said.ShouldContain("backup FILE");
    }
}
