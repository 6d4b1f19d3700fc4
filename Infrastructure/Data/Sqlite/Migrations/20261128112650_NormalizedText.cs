using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MarketChat.Infrastructure.Data.Sqlite.Migrations
{
    /// <summary>
    /// Adds the text as it is searched, in messages and products, and the skeletons of names; and indexes the messages by it. The functions
    /// search_key and name_skeleton are those of <see cref="SqliteDatabase.AddMigrationFunctions"/>.
    /// </summary>
    public partial class NormalizedText : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "SearchTitle",
                table: "Products",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "SearchText",
                table: "Messages",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "NameSkeleton",
                table: "AspNetUsers",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_AspNetUsers_NameSkeleton",
                table: "AspNetUsers",
                column: "NameSkeleton");

            migrationBuilder.Sql("""
                UPDATE "Products" SET "SearchTitle" = search_key("Title");
                UPDATE "Messages" SET "SearchText" = search_key("Payload") WHERE "Payload" <> '';
                UPDATE "AspNetUsers" SET "NameSkeleton" = name_skeleton("UserName") WHERE "UserName" IS NOT NULL;
                """);

            IndexMessagesBy(migrationBuilder, "SearchText");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            IndexMessagesBy(migrationBuilder, "Payload");

            migrationBuilder.DropIndex(
                name: "IX_AspNetUsers_NameSkeleton",
                table: "AspNetUsers");

            migrationBuilder.DropColumn(
                name: "SearchTitle",
                table: "Products");

            migrationBuilder.DropColumn(
                name: "SearchText",
                table: "Messages");

            migrationBuilder.DropColumn(
                name: "NameSkeleton",
                table: "AspNetUsers");
        }

        // The other triggers of the index read the view, whatever its text is.
        private static void IndexMessagesBy(MigrationBuilder migrationBuilder, string column)
        {
            migrationBuilder.Sql($"""
                DROP TRIGGER "MessageIndex_Unwrite";
                DROP TRIGGER "MessageIndex_Rewrite";
                DROP VIEW "MessageIndexSource";

                CREATE VIEW "MessageIndexSource" AS
                SELECT m."Id", m."ChatRoomId",
                    char(57344 + r."BuyerId" % 6400, 57344 + r."BuyerId" / 6400 % 6400, 57344 + r."BuyerId" / 40960000) AS "Buyer",
                    char(57344 + r."SellerId" % 6400, 57344 + r."SellerId" / 6400 % 6400, 57344 + r."SellerId" / 40960000) AS "Seller",
                    m."{column}" AS "Text"
                FROM "Messages" m CROSS JOIN "ChatRooms" r ON r."Id" = m."ChatRoomId"
                WHERE m."{column}" <> '';

                CREATE TRIGGER "MessageIndex_Unwrite" BEFORE UPDATE OF "{column}" ON "Messages"
                WHEN OLD."{column}" <> NEW."{column}" AND OLD."Id" <= (SELECT "UpTo" FROM "MessageIndexState")
                BEGIN
                    INSERT INTO "MessageIndex" ("MessageIndex", rowid, "Buyer", "Seller", "Text")
                        SELECT 'delete', "Id", "Buyer", "Seller", "Text" FROM "MessageIndexSource" WHERE "Id" = OLD."Id";
                END;

                CREATE TRIGGER "MessageIndex_Rewrite" AFTER UPDATE OF "{column}" ON "Messages"
                WHEN OLD."{column}" <> NEW."{column}" AND NEW."Id" <= (SELECT "UpTo" FROM "MessageIndexState")
                BEGIN
                    INSERT INTO "MessageIndex" (rowid, "Buyer", "Seller", "Text")
                        SELECT "Id", "Buyer", "Seller", "Text" FROM "MessageIndexSource" WHERE "Id" = NEW."Id";
                END;

                INSERT INTO "MessageIndex" ("MessageIndex") VALUES ('delete-all');
                INSERT INTO "MessageIndex" (rowid, "Buyer", "Seller", "Text")
                    SELECT "Id", "Buyer", "Seller", "Text" FROM "MessageIndexSource" ORDER BY "Id";
                UPDATE "MessageIndexState" SET "UpTo" = COALESCE((SELECT MAX("Id") FROM "Messages"), 0);
                """);
        }
    }
}
