using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Data.Sqlite;

/// <summary>
/// Messages by their ids, the newest first; <see cref="NextCursor"/> is where to look on, or null when all has been looked at.
/// </summary>
public sealed record MessageSearchPage(IReadOnlyList<long> Ids, long? NextCursor);

/// <summary>
/// Finds messages by what they say: SQLite's way, with its FTS5 (https://sqlite.org/fts5.html), in one place. The tables and the triggers
/// that keep them current are the migration SearchIndex.
/// <para>
/// The index tells of every three characters, and of every person, which messages have them. A word's lists are met with the asker's own,
/// so that it matters little how much there is of others'. The newest messages, at most 256, are not in the index yet and are looked
/// through, as GIN does with its pending list (https://www.postgresql.org/docs/current/gin.html#GIN-FAST-UPDATE).
/// </para>
/// <para>
/// Of words below three characters the index knows nothing, and of longer ones not whether their characters follow each other. So what it
/// finds is looked through, so many at a time.
/// </para>
/// </summary>
public static class MessageSearch
{
    private const int GramLength = 3;

    // Some ten milliseconds' worth, counted by a sample: to hand over each message costs more than to look at it.
    private const int MaxScannedRows = 10_000, SampleRate = 64;

    // The characters that people's ids are written in: the Private Use Area.
    private const int FirstDigit = 0xe000, Digits = 6_400;

    /// <summary>
    /// Messages in a person's rooms that contain all the words, to the letter but for the case of A to Z. Removed ones are none.
    /// </summary>
    /// <param name="words">At least one, each <see cref="PlainText.IsWellFormed">storable</see>.</param>
    /// <param name="before">A message id: only older ones are wanted.</param>
    /// <param name="most">How many ids at most.</param>
    public static async Task<MessageSearchPage> FindMessagesAsync(
        this MarketDb db, int userId, IReadOnlyList<string> words, long before, int most, CancellationToken cancellationToken)
    {
        var ids = new List<long>();
        var looked = 0;
        await foreach (var (id, isHit) in db.Database.SqlQuery<Candidate>(BuildCandidateQuery(userId, words, before)).AsAsyncEnumerable()
            .WithCancellation(cancellationToken))
        {
            if (isHit && ids.Count == most) return new MessageSearchPage(ids, ids[^1]);
            if (isHit) ids.Add(id);
            else if ((looked += SampleRate) >= MaxScannedRows) return new MessageSearchPage(ids, id);
        }

        return new MessageSearchPage(ids, null);
    }

    /// <summary>A message that has the words, or one of the sample of those that only have their characters.</summary>
    private sealed record Candidate(long Id, bool IsMatch);

    /// <summary>
    /// What is in the index of someone's messages with these words: FTS5's own language, in which a quoted string is to the letter.
    /// </summary>
    private static string BuildMatchExpression(int userId, IEnumerable<string> words)
    {
        var person = string.Concat(
            (char)(FirstDigit + userId % Digits), (char)(FirstDigit + userId / Digits % Digits),
                (char)(FirstDigit + userId / Digits / Digits));
        return string.Join(" AND ",
            words.SelectMany(Trigrams).Prepend(person).Distinct().Select(gram => $"\"{gram.Replace("\"", "\"\"")}\""));
    }

    private static IEnumerable<string> Trigrams(string word)
    {
        var characters = word.EnumerateRunes().Select(rune => rune.ToString()).ToList();
        for (var i = 0; i + GramLength <= characters.Count; i++) yield return string.Concat(characters.Skip(i).Take(GramLength));
    }

    // Read only as far as it takes, so it must not be sorted: the two parts come in order, those not in the index yet first. A person's
    // characters may stand in what somebody else wrote, so whose room it is is asked in any case; CROSS JOIN keeps the order of the loops.
    // The sample is by a hash of the id, Knuth's by multiplication (The Art of Computer Programming, 6.4), for ids may come in patterns.
    private static FormattableString BuildCandidateQuery(int userId, IReadOnlyList<string> words, long before)
    {
        object[] values = [userId, BuildMatchExpression(userId, words), before, .. words.Select(PlainText.ToContainsPattern)];
        var says = string.Concat(words.Select((_, i) => $$""" AND m."Payload" LIKE {{{i + values.Length - words.Count}}} ESCAPE '\'"""));
        return FormattableStringFactory.Create($$"""
            SELECT m."Id", 1 AS "IsMatch" FROM "Messages" m 
            CROSS JOIN "RoomMembers" r ON r."ChatRoomId" = m."ChatRoomId" AND r."UserId" = {0}
            WHERE m."Id" > (SELECT "UpTo" FROM "MessageIndexState") AND m."Id" < {2}
                AND m."RemovedAt" IS NULL{{says}}
            UNION ALL
            SELECT "Id", "IsMatch" FROM (
                SELECT i.rowid AS "Id", EXISTS (
                    SELECT 1 FROM "Messages" m 
                    CROSS JOIN "RoomMembers" r ON r."ChatRoomId" = m."ChatRoomId" AND r."UserId" = {0}
                    WHERE m."Id" = i.rowid AND m."RemovedAt" IS NULL{{says}}) AS "IsMatch"
                FROM "MessageIndex" i WHERE i."MessageIndex" MATCH {1} AND i.rowid < {2})
            WHERE ("Id" * 2654435761 >> 16) % {{SampleRate}} = 0 OR "IsMatch"
            ORDER BY 1 DESC
            """, values);
    }
}
