using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MarketChat.Infrastructure.Data.Entities;

/// <summary>
/// The epoch of the change numbers: a single row with a number that is raised at each start of the app, so that the numbers of one run are
/// greater than those of every run before.
/// </summary>
public sealed class ChangeEpoch
{
    public const int SingleId = 1;

    public int Id { get; set; }
    public long Number { get; set; }
}

public static class ChangeEpochQueries
{
    private static readonly DateTimeOffset _start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Raises the epoch to the minutes since 2026, or by one if that is not greater. Because it follows the time, the epoch rises even if a
    /// restored backup contains an older one.
    /// </summary>
    /// <returns>The new epoch.</returns>
    public static Task<long> RaiseChangeEpochAsync(this MarketDb db, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.ExecuteInTransactionAsync(
            async token =>
            {
                var minutes = (long)(now - _start).TotalMinutes;
                var epoch = await db.ChangeEpochs.SingleOrDefaultAsync(token);
                if (epoch is null) db.Add(epoch = new ChangeEpoch { Id = ChangeEpoch.SingleId });
                epoch.Number = Math.Max(epoch.Number + 1, minutes);
                await db.SaveChangesAsync(token);
                return epoch.Number;
            },
            cancellationToken);
}

public sealed class ChangeEpochConfiguration : IEntityTypeConfiguration<ChangeEpoch>
{
    public void Configure(EntityTypeBuilder<ChangeEpoch> epoch) => epoch.Property(e => e.Id).ValueGeneratedNever();
}
