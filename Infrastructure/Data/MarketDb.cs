using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Data.Sqlite;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace MarketChat.Infrastructure.Data;

public sealed class MarketDb(DbContextOptions<MarketDb> options, WriteLock gate) : IdentityUserContext<User, int>(options)
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
    /// Runs <paramref name="work"/> as one transaction, when its turn to write has come. Everything that changes the database goes
    /// through here or through <see cref="GroupCommit"/>; <c>SaveChangesAsync</c> comes here by itself. When the task completes, the
    /// change is on disk.
    /// </summary>
    public async Task<T> ExecuteInTransactionAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var turn = await gate.AcquireAsync(cancellationToken);
        return await ExecuteInTransactionCoreAsync(work, cancellationToken);
    }

    /// <summary>The same, for whoever has the turn already.</summary>
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
        throw new NotSupportedException("Writers take turns, and waiting for a turn is asynchronous: use SaveChangesAsync.");

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(MarketDb).Assembly);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration) =>
        configuration.Properties<DateTime>().HaveConversion<UtcDateTimeConverter>();

    /// <summary>SQLite keeps no time zone, so what comes back is told that it is UTC.</summary>
    internal sealed class UtcDateTimeConverter() : ValueConverter<DateTime, DateTime>(
        local => local.ToUniversalTime(),
        stored => DateTime.SpecifyKind(stored, DateTimeKind.Utc));
}
