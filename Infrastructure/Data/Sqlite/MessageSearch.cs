using System.Runtime.CompilerServices;
using MarketChat.Infrastructure.Text;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Data.Sqlite;

/// <summary>
/// Searches the text of messages with SQLite's FTS5 (https://sqlite.org/fts5.html). The migrations SearchIndex and
/// NormalizedText create the tables, and the triggers that keep them current.
/// <para>
/// The index lists the messages of every three characters (trigram) and of every user. A query intersects the lists of the terms' trigrams
/// with the user's own list, so that its cost depends little on the messages of other users. The newest messages, at most 256, are not
/// indexed yet and are scanned, as GIN does with its pending list (https://www.postgresql.org/docs/current/gin.html#GIN-FAST-UPDATE).
/// </para>
/// <para>
/// The index does not know terms below three characters, nor whether the trigrams of a longer term are adjacent. So the messages that it
/// finds are candidates; they are scanned, up to a maximum number for each page.
/// </para>
/// </summary>
public static class MessageSearch
{
    private const int TrigramLength = 3;

    // About ten milliseconds of scanning, counted by a sample because returning a row costs more than scanning it.
    private const int MaxScannedRows = 10_000, SampleRate = 64;

    // The characters that encode user ids: the Private Use Area.
    private const int FirstDigit = 0xe000, Digits = 6_400;

    /// <inheritdoc cref="IDatabaseEngine.FindMessagesAsync"/>
    public static async Task<MessageSearchPage> FindMessagesAsync(
        MarketDb db, int userId, IReadOnlyList<string> terms, long before, int limit, CancellationToken cancellationToken)
    {
        var keys = terms.Select(SearchKey.Of).ToList();
        var ids = new List<long>();
        var scanned = 0;
        await foreach (var (id, isMatch) in db.Database.SqlQuery<Candidate>(BuildCandidateQuery(userId, keys, before)).AsAsyncEnumerable()
            .WithCancellation(cancellationToken))
        {
            if (isMatch && ids.Count == limit) return new MessageSearchPage(ids, ids[^1]);
            if (isMatch) ids.Add(id);
            else if ((scanned += SampleRate) >= MaxScannedRows) return new MessageSearchPage(ids, id);
        }

        return new MessageSearchPage(ids, null);
    }

    /// <summary>A message that contains the terms, or one of the sample of those that only contain their trigrams.</summary>
    private sealed record Candidate(long Id, bool IsMatch);

    /// <summary>Builds the FTS5 query for a user's messages with these terms. FTS5 matches a quoted string literally.</summary>
    private static string BuildMatchExpression(int userId, IEnumerable<string> terms)
    {
        var userKey = string.Concat(
            (char)(FirstDigit + userId % Digits), (char)(FirstDigit + userId / Digits % Digits),
                (char)(FirstDigit + userId / Digits / Digits));
        return string.Join(" AND ",
            terms.SelectMany(Trigrams).Prepend(userKey).Distinct().Select(trigram => $"\"{trigram.Replace("\"", "\"\"")}\""));
    }

    private static IEnumerable<string> Trigrams(string term)
    {
        var characters = term.EnumerateRunes().Select(rune => rune.ToString()).ToList();
        for (var i = 0; i + TrigramLength <= characters.Count; i++) yield return string.Concat(characters.Skip(i).Take(TrigramLength));
    }

    // The caller reads only until its page is full, so the query must not sort: both parts are in order, the messages that are not indexed
    // yet first. A user's characters can also occur in the text of a message, so the membership is checked in any case; CROSS JOIN keeps
    // the order of the loops. The sample is by a hash of the id (multiplicative hashing, Knuth, The Art of Computer Programming, 6.4),
    // because the ids can form patterns.
    private static FormattableString BuildCandidateQuery(int userId, List<string> terms, long before)
    {
        object[] values = [userId, BuildMatchExpression(userId, terms), before, .. terms.Select(LikePattern.Containing)];
        var filter = string.Concat(terms.Select(
            (_, i) => $$""" AND m."SearchText" LIKE {{{i + values.Length - terms.Count}}} ESCAPE '\'"""));
        return FormattableStringFactory.Create($$"""
            SELECT m."Id", 1 AS "IsMatch" FROM "Messages" m 
            CROSS JOIN "RoomMembers" r ON r."ChatRoomId" = m."ChatRoomId" AND r."UserId" = {0}
            WHERE m."Id" > (SELECT "UpTo" FROM "MessageIndexState") AND m."Id" < {2}
                AND m."RemovedAt" IS NULL{{filter}}
            UNION ALL
            SELECT "Id", "IsMatch" FROM (
                SELECT i.rowid AS "Id", EXISTS (
                    SELECT 1 FROM "Messages" m 
                    CROSS JOIN "RoomMembers" r ON r."ChatRoomId" = m."ChatRoomId" AND r."UserId" = {0}
                    WHERE m."Id" = i.rowid AND m."RemovedAt" IS NULL{{filter}}) AS "IsMatch"
                FROM "MessageIndex" i WHERE i."MessageIndex" MATCH {1} AND i.rowid < {2})
            WHERE ("Id" * 2654435761 >> 16) % {{SampleRate}} = 0 OR "IsMatch"
            ORDER BY 1 DESC
            """, values);
    }
}
