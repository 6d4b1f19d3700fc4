using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Data.Sqlite;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace MarketChat.Infrastructure.Data;

public sealed class MarketDb(DbContextOptions<MarketDb> options, WriteLock writeLock) : IdentityUserContext<User, int>(options)
{
    public DbSet<Product> Products => Set<Product>();
    public DbSet<ChatRoom> ChatRooms => Set<ChatRoom>();
    public DbSet<RoomMember> RoomMembers => Set<RoomMember>();
    public DbSet<Message> Messages => Set<Message>();
    public DbSet<ChangeEpoch> ChangeEpochs => Set<ChangeEpoch>();
    public DbSet<StoredPhoto> StoredPhotos => Set<StoredPhoto>();
    public DbSet<PushSubscription> PushSubscriptions => Set<PushSubscription>();
    public DbSet<DueNotification> DueNotifications => Set<DueNotification>();

    /// <summary>
    /// Runs <paramref name="work"/> as one transaction under the write lock. All changes to the database go through here or through <see
    /// cref="GroupCommit"/>; <c>SaveChangesAsync</c> calls this method itself. When the task completes, the change is on disk.
    /// </summary>
    public async Task<T> ExecuteInTransactionAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var held = await writeLock.AcquireAsync(cancellationToken);
        return await ExecuteInTransactionCoreAsync(work, cancellationToken);
    }

    /// <summary>Runs <paramref name="work"/> as one transaction, for a caller that holds the write lock already.</summary>
    public async Task<T> ExecuteInTransactionCoreAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var transaction = await Database.BeginTransactionAsync(cancellationToken);
        var result = await work(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default) =>
        Database.CurrentTransaction is null
            ? ExecuteInTransactionAsync(token => base.SaveChangesAsync(acceptAllChangesOnSuccess, token), cancellationToken)
            : base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);

    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new NotSupportedException("The write lock can only be acquired asynchronously: use SaveChangesAsync.");

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
