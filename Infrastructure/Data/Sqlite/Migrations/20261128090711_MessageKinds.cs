using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MarketChat.Infrastructure.Data.Sqlite.Migrations
{
    /// <summary>Makes photos a kind of message: the column with the photos becomes the content of any kind.</summary>
    public partial class MessageKinds : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.RenameColumn(
                name: "Photos",
                table: "Messages",
                newName: "Data");

            migrationBuilder.AddColumn<string>(
                name: "Kind",
                table: "Messages",
                type: "TEXT",
                maxLength: 20,
                nullable: false,
                defaultValue: "text");

            // The words that stand for the photos, as the app writes them into the payload from now on.
            migrationBuilder.Sql("""
                UPDATE "Messages" SET "Kind" = 'photos', "Payload" = '사진 ' || json_array_length("Data") || '장' WHERE "Data" IS NOT NULL
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""UPDATE "Messages" SET "Payload" = '' WHERE "Kind" = 'photos'""");

            migrationBuilder.DropColumn(
                name: "Kind",
                table: "Messages");

            migrationBuilder.RenameColumn(
                name: "Data",
                table: "Messages",
                newName: "Photos");
        }
    }
}
