using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MarketChat.Infrastructure.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class StoredPhotos : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "StoredPhotos",
                columns: table => new
                {
                    Name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    UserId = table.Column<int>(type: "INTEGER", nullable: false),
                    Bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    Width = table.Column<int>(type: "INTEGER", nullable: false),
                    Height = table.Column<int>(type: "INTEGER", nullable: false),
                    Hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    CreatedAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    IsStaged = table.Column<bool>(type: "INTEGER", nullable: false),
                    ChatRoomId = table.Column<int>(type: "INTEGER", nullable: true),
                    ClientId = table.Column<Guid>(type: "TEXT", nullable: true),
                    Number = table.Column<int>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_StoredPhotos", x => x.Name);
                    table.ForeignKey(
                        name: "FK_StoredPhotos_AspNetUsers_UserId",
                        column: x => x.UserId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_StoredPhotos_ChatRooms_ChatRoomId",
                        column: x => x.ChatRoomId,
                        principalTable: "ChatRooms",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_StoredPhotos_ChatRoomId_UserId_ClientId_Number",
                table: "StoredPhotos",
                columns: new[] { "ChatRoomId", "UserId", "ClientId", "Number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_StoredPhotos_Staged",
                table: "StoredPhotos",
                column: "CreatedAt",
                filter: "\"IsStaged\"");

            migrationBuilder.CreateIndex(
                name: "IX_StoredPhotos_UserId_Bytes",
                table: "StoredPhotos",
                columns: new[] { "UserId", "Bytes" });

            // The photos that products, profiles and messages name already. How many bytes each has is measured by the app.
            migrationBuilder.Sql("""
                INSERT OR IGNORE INTO "StoredPhotos" ("Name", "UserId", "Bytes", "Width", "Height", "CreatedAt", "IsStaged")
                SELECT photo."Name", product."SellerId", 0, photo."Width", photo."Height", product."CreatedAt", 0
                FROM "ProductPhotos" photo JOIN "Products" product ON product."Id" = photo."ProductId";

                INSERT OR IGNORE INTO "StoredPhotos" ("Name", "UserId", "Bytes", "Width", "Height", "CreatedAt", "IsStaged")
                SELECT "Avatar", "Id", 0, 0, 0, "CreatedAt", 0 FROM "AspNetUsers" WHERE "Avatar" IS NOT NULL;

                INSERT OR IGNORE INTO "StoredPhotos" ("Name", "UserId", "Bytes", "Width", "Height", "CreatedAt", "IsStaged", "ChatRoomId", "ClientId", "Number")
                SELECT photo."value" ->> 'Name', message."UserId", 0, photo."value" ->> 'Width', photo."value" ->> 'Height', message."CreatedAt", 0,
                    message."ChatRoomId", message."ClientId", photo."key" + 1
                FROM "Messages" message, json_each(message."Photos") photo WHERE message."Photos" IS NOT NULL;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "StoredPhotos");
        }
    }
}
