using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Data;

public static class DatabaseMigrations
{
    /// <exception cref="OperatorException">
    /// A later version has written to the database, so this version could lose data that it does not know.
    /// </exception>
    public static async Task ThrowIfNewerAsync(this MarketDb db, CancellationToken cancellationToken)
    {
        var applied = await db.Database.GetAppliedMigrationsAsync(cancellationToken);
        if (applied.Except(db.Database.GetMigrations()).LastOrDefault() is { } unknown)
        {
            throw new OperatorException(
                $"The database was written by a later version of MarketChat (it has {unknown}). Start that version, or restore a backup.");
        }
    }
}
