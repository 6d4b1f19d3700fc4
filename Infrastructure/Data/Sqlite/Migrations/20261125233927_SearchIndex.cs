using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MarketChat.Infrastructure.Data.Sqlite.Migrations
{
    /// <summary>
    /// The index that <see cref="MessageSearch"/> asks, kept current by triggers, so that nobody who writes has to know of it. SQLite alone:
    /// another engine has a way of its own.
    /// <para>
    /// SQLite makes a table anew when a migration changes it, and its triggers go with the old one: whoever does so to Messages or
    /// ChatRooms makes them again.
    /// </para>
    /// </summary>
    public partial class SearchIndex : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            if (!migrationBuilder.IsSqlite()) return;

            // Of every three characters only which messages have them: a third of the size of an index that knows the places, too, and
            // what was found is looked at anyway. Small pages, as taking one message out reads through whole ones.
            migrationBuilder.Sql("""
                CREATE VIRTUAL TABLE "MessageIndex" USING fts5("Buyer", "Seller", "Text", content = '', columnsize = 0, detail = none, tokenize = 'trigram');
                INSERT INTO "MessageIndex" ("MessageIndex", "rank") VALUES ('secure-delete', 1);
                INSERT INTO "MessageIndex" ("MessageIndex", "rank") VALUES ('pgsz', 1000);
                """);

            // Messages up to this one are in the index; the few that came after it are not yet.
            migrationBuilder.Sql("""
                CREATE TABLE "MessageIndexState" ("UpTo" INTEGER NOT NULL);
                INSERT INTO "MessageIndexState" VALUES (0);
                """);

            // A person is three characters of the Private Use Area, and therefore one token: all of somebody's messages are one list in the
            // index, which the lists of the words are met with.
            migrationBuilder.Sql("""
                CREATE VIEW "MessageIndexSource" AS
                SELECT m."Id", m."ChatRoomId",
                    char(57344 + r."BuyerId" % 6400, 57344 + r."BuyerId" / 6400 % 6400, 57344 + r."BuyerId" / 40960000) AS "Buyer",
                    char(57344 + r."SellerId" % 6400, 57344 + r."SellerId" / 6400 % 6400, 57344 + r."SellerId" / 40960000) AS "Seller",
                    m."Payload" AS "Text"
                FROM "Messages" m CROSS JOIN "ChatRooms" r ON r."Id" = m."ChatRoomId"
                WHERE m."Payload" <> '';
                """);

            // Together, for an index entry made alone costs a message more than everything else about it.
            migrationBuilder.Sql("""
                CREATE TRIGGER "MessageIndex_Add" AFTER INSERT ON "Messages" WHEN NEW."Id" >= (SELECT "UpTo" FROM "MessageIndexState") + 256
                BEGIN
                    INSERT INTO "MessageIndex" (rowid, "Buyer", "Seller", "Text") SELECT "Id", "Buyer", "Seller", "Text" FROM "MessageIndexSource"
                        WHERE "Id" > (SELECT "UpTo" FROM "MessageIndexState") AND "Id" <= NEW."Id" ORDER BY "Id";
                    UPDATE "MessageIndexState" SET "UpTo" = NEW."Id";
                END;

                CREATE TRIGGER "MessageIndex_AddBelated" AFTER INSERT ON "Messages" WHEN NEW."Id" <= (SELECT "UpTo" FROM "MessageIndexState")
                BEGIN
                    INSERT INTO "MessageIndex" (rowid, "Buyer", "Seller", "Text") SELECT "Id", "Buyer", "Seller", "Text" FROM "MessageIndexSource" WHERE "Id" = NEW."Id";
                END;
                """);

            // The index has to be told what it forgets, so it is told before.
            migrationBuilder.Sql("""
                CREATE TRIGGER "MessageIndex_Unwrite" BEFORE UPDATE OF "Payload" ON "Messages"
                WHEN OLD."Payload" <> NEW."Payload" AND OLD."Id" <= (SELECT "UpTo" FROM "MessageIndexState")
                BEGIN
                    INSERT INTO "MessageIndex" ("MessageIndex", rowid, "Buyer", "Seller", "Text")
                        SELECT 'delete', "Id", "Buyer", "Seller", "Text" FROM "MessageIndexSource" WHERE "Id" = OLD."Id";
                END;

                CREATE TRIGGER "MessageIndex_Rewrite" AFTER UPDATE OF "Payload" ON "Messages"
                WHEN OLD."Payload" <> NEW."Payload" AND NEW."Id" <= (SELECT "UpTo" FROM "MessageIndexState")
                BEGIN
                    INSERT INTO "MessageIndex" (rowid, "Buyer", "Seller", "Text") SELECT "Id", "Buyer", "Seller", "Text" FROM "MessageIndexSource" WHERE "Id" = NEW."Id";
                END;

                CREATE TRIGGER "MessageIndex_Delete" BEFORE DELETE ON "Messages" WHEN OLD."Id" <= (SELECT "UpTo" FROM "MessageIndexState")
                BEGIN
                    INSERT INTO "MessageIndex" ("MessageIndex", rowid, "Buyer", "Seller", "Text")
                        SELECT 'delete', "Id", "Buyer", "Seller", "Text" FROM "MessageIndexSource" WHERE "Id" = OLD."Id";
                END;
                """);

            // A room goes before its messages, and with it whom they were between: then the trigger above finds nothing any more. In the
            // order of ids, for the index writes anew whenever it goes back.
            migrationBuilder.Sql("""
                CREATE TRIGGER "MessageIndex_DeleteRoom" BEFORE DELETE ON "ChatRooms"
                BEGIN
                    INSERT INTO "MessageIndex" ("MessageIndex", rowid, "Buyer", "Seller", "Text")
                        SELECT 'delete', "Id", "Buyer", "Seller", "Text" FROM "MessageIndexSource"
                        WHERE "ChatRoomId" = OLD."Id" AND "Id" <= (SELECT "UpTo" FROM "MessageIndexState") ORDER BY "Id";
                END;
                """);

            // What was said before there was an index.
            migrationBuilder.Sql("""
                INSERT INTO "MessageIndex" (rowid, "Buyer", "Seller", "Text") SELECT "Id", "Buyer", "Seller", "Text" FROM "MessageIndexSource" ORDER BY "Id";
                UPDATE "MessageIndexState" SET "UpTo" = COALESCE((SELECT MAX("Id") FROM "Messages"), 0);
                """);
        }

        protected override void Down(MigrationBuilder migrationBuilder)
        {
            if (!migrationBuilder.IsSqlite()) return;
            foreach (var trigger in new[] { "Add", "AddBelated", "Unwrite", "Rewrite", "Delete", "DeleteRoom" })
            {
                migrationBuilder.Sql($"DROP TRIGGER \"MessageIndex_{trigger}\"");
            }

            migrationBuilder.Sql("""DROP VIEW "MessageIndexSource"; DROP TABLE "MessageIndexState"; DROP TABLE "MessageIndex";""");
        }
    }
}
