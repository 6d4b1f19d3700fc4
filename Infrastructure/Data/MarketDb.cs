using MarketChat.Infrastructure.Data.Entities;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace MarketChat.Infrastructure.Data;

/// <summary>The database of the app, on any engine.</summary>
public abstract class MarketDb(DbContextOptions options, IDatabaseEngine engine) : IdentityUserContext<User, int>(options)
{
    public IDatabaseEngine Engine => engine;

    public DbSet<Product> Products => Set<Product>();
    public DbSet<ChatRoom> ChatRooms => Set<ChatRoom>();
    public DbSet<RoomMember> RoomMembers => Set<RoomMember>();
    public DbSet<Message> Messages => Set<Message>();
    public DbSet<ChangeEpoch> ChangeEpochs => Set<ChangeEpoch>();
    public DbSet<StoredPhoto> StoredPhotos => Set<StoredPhoto>();
    public DbSet<PushSubscription> PushSubscriptions => Set<PushSubscription>();
    public DbSet<DueNotification> DueNotifications => Set<DueNotification>();

    /// <summary>
    /// Runs <paramref name="work"/> as one transaction. All changes to the database go through here or through <see
    /// cref="IDatabaseEngine.ExecuteInSharedTransactionAsync"/>; <c>SaveChangesAsync</c> calls this method itself. When the task completes,
    /// the change is on disk.
    /// </summary>
    public Task<T> ExecuteInTransactionAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        engine.ExecuteInTransactionAsync(this, work, cancellationToken);

    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default) =>
        Database.CurrentTransaction is null
            ? engine.SaveAsync(this, token => base.SaveChangesAsync(acceptAllChangesOnSuccess, token), cancellationToken)
            : base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);

    public override int SaveChanges(bool acceptAllChangesOnSuccess) => engine.IsShared
        ? base.SaveChanges(acceptAllChangesOnSuccess) // The framework's key store saves this way.
        : throw new NotSupportedException("Writes wait asynchronously: use SaveChangesAsync.");

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(MarketDb).Assembly);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration) =>
        configuration.Properties<DateTime>().HaveConversion<UtcDateTimeConverter>();

    /// <summary>Marks stored times as UTC, because SQLite does not store a time zone.</summary>
    internal sealed class UtcDateTimeConverter() : ValueConverter<DateTime, DateTime>(
        local => local.ToUniversalTime(),
        stored => DateTime.SpecifyKind(stored, DateTimeKind.Utc));
}
