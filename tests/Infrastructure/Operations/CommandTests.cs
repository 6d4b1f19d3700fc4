using MarketChat.Infrastructure.Operations;
using MarketChat.Infrastructure.Storage;

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

    [Theory]
    [InlineData("--chek is", "--chek")]
    [InlineData("--check is", "--check", "--Storage:Root=/srv/market")]
    [InlineData("--Storag:Root=/srv/market is", "--Storag:Root=/srv/market")]
    [InlineData("-c is", "-c")]
    [InlineData("--Storage:Root has no value", "--Storage:Root")]
    [InlineData("--Storage:Root has no value", "--Storage:Root", "--urls=http://localhost:5001")]
    [InlineData("chekc is not a command", "chekc")]
    [InlineData("chekc is not a command", "--Storage:Root=/srv/market", "chekc")]
    [InlineData("backup needs a file", "backup")]
    [InlineData("restore needs a file", "restore", "--Storage:Root=/srv/market")]
    [InlineData("everything is one argument too many", "check", "everything")]
    public void A_typing_error_is_refused_by_one_line_that_names_it(string reason, params string[] line)
    {
        var message = Should.Throw<OperatorException>(() => OperatorCommand.Parse(line)).Message;

        message.Replace("\"", "", StringComparison.Ordinal).ShouldStartWith(reason);
        message.ShouldNotContain("\n");
    }

    [Fact]
    public void Settings_may_come_before_the_command_and_a_file_may_have_any_name()
    {
        OperatorCommand.Parse(["--Storage:Root", "/srv/market", "check"]).ShouldNotBeNull().Settings
            .ShouldBe(["--Storage:Root", "/srv/market"]);
        OperatorCommand.Parse(["backup", "/srv/a=b.zip"]).ShouldNotBeNull().Operand.ShouldBe("/srv/a=b.zip");
        OperatorCommand.Parse(["--help"]).ShouldNotBeNull().Name.ShouldBe(OperatorCommand.Help);
    }
}
