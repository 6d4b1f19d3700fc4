using MarketChat.Infrastructure.Operations;
using MarketChat.Infrastructure.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;

namespace MarketChat.Tests.Infrastructure.Operations;

/// <summary>The replacement of the stored files by restored ones, interrupted after each of its moves.</summary>
public sealed class StorageReplacementTests : IDisposable
{
    private const string Archive = "replaced-20260101-000000";

    private static readonly string[] _old = ["market.db", "market.db-wal", "photos/a.webp", "photos/both.webp", "keys/old.xml"];
    private static readonly string[] _new = ["market.db", "photos/b.webp", "photos/both.webp", "keys/new.xml"];

    private readonly string _root = Directory.CreateTempSubdirectory("market-replacement-").FullName;

    public static TheoryData<int> Moves => new(Enumerable.Range(0, _old.Length + _new.Length + 1));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void All_files_are_replaced_and_the_previous_ones_are_kept()
    {
        var replacement = Prepare();

        var replaced = replacement.Replace(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

        Files().ShouldBe([.. _new.Select(name => (name, "new")), .. _old.Select(name => (InArchive(name), "old"))], ignoreOrder: true);
        replaced.ShouldBe(new[] { "", "photos", "keys" }.Select(folder => Path.Combine(_root, folder, Archive)));
    }

    [Theory, MemberData(nameof(Moves))]
    public void After_a_kill_at_any_moment_the_next_start_has_the_previous_files(int moves)
    {
        var replacement = Prepare();
        var isPromoting = moves >= _old.Length;
        File.WriteAllText(Path.Combine(_root, "restore.journal"), $"{(isPromoting ? "promoting" : "archiving")} {Archive}");
        foreach (var name in _old.Take(moves)) Move(name, InArchive(name));
        foreach (var name in _new.Take(moves - _old.Length)) Move(InStaging(name), name);

        replacement.RollBack().ShouldBeTrue();

        ShouldBeAsBefore();
        replacement.RollBack().ShouldBeFalse();
    }

    [Theory]
    [InlineData("photos/b.webp")]
    [InlineData("keys/new.xml")]
    public void A_file_that_cannot_be_put_in_place_leaves_everything_as_before(string name)
    {
        var replacement = Prepare();
        var obstacle = Directory.CreateDirectory(Path.Combine(_root, name));

        Should.Throw<IOException>(() => replacement.Replace(DateTimeOffset.UnixEpoch));

        obstacle.Delete();
        ShouldBeAsBefore();
    }

    [Fact]
    public void Files_that_were_only_unpacked_are_deleted()
    {
        Prepare().RollBack().ShouldBeFalse();

        ShouldBeAsBefore();
    }

    private StorageReplacement Prepare()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Storage:Root", _root)]).Build();
        var replacement = new StorageReplacement(
            new StoragePaths(settings, new HostingEnvironment { ContentRootPath = _root }), Path.Combine(_root, "market.db"));
        foreach (var name in _old) File.WriteAllText(Path.Combine(_root, name), "old");
        replacement.CreateStaging();
        foreach (var name in _new) File.WriteAllText(Path.Combine(_root, InStaging(name)), "new");
        return replacement;
    }

    private void ShouldBeAsBefore()
    {
        Files().ShouldBe(_old.Select(name => (name, "old")), ignoreOrder: true);
        Directory.GetDirectories(_root, "re*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    private IEnumerable<(string Name, string Content)> Files() => Directory.GetFiles(_root, "*", SearchOption.AllDirectories)
        .Select(file => (Path.GetRelativePath(_root, file), File.ReadAllText(file)));

    private void Move(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, to))!);
        File.Move(Path.Combine(_root, from), Path.Combine(_root, to));
    }

    private static string InArchive(string name) => In(Archive, name);

    private static string InStaging(string name) => In("restoring", name);

    private static string In(string folder, string name) => Path.Combine(Path.GetDirectoryName(name)!, folder, Path.GetFileName(name));
}
