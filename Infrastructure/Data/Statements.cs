using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace MarketChat.Infrastructure.Data;

public static class Statements
{
    /// <summary>
    /// Executes one SQL statement and reads the first row that it returns; null if it returns none. It does what EF Core's <c>SqlQuery</c>
    /// does, but without translating a query, which costs as much as a small write. Only for statements that run with every message.
    /// </summary>
    public static async Task<T?> ReadFirstRowAsync<T>(this MarketDb db, FormattableString statement, Func<DbDataReader, T> read)
        where T : class
    {
        var command = db.GetService<IRawSqlCommandBuilder>().Build(statement.Format, statement.GetArguments()!, db.Model);
        await using var reader = await command.RelationalCommand.ExecuteReaderAsync(new RelationalCommandParameterObject(
            db.GetService<IRelationalConnection>(), command.ParameterValues, readerColumns: null, db,
            db.GetService<IRelationalCommandDiagnosticsLogger>(), CommandSource.ExecuteSqlRaw));
        return await reader.ReadAsync() ? read(reader.DbDataReader) : null;
    }
}
