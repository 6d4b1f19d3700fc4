using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MarketChat.Infrastructure.Data.Sqlite.Migrations
{
    /// <summary>
    /// Moves what is one member's own about a room from the room's columns and from RoomNotificationStates into RoomMembers, and makes revs
    /// unique within a room.
    /// </summary>
    public partial class RoomMembers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "RoomMembers",
                columns: table => new
                {
                    ChatRoomId = table.Column<int>(type: "INTEGER", nullable: false),
                    UserId = table.Column<int>(type: "INTEGER", nullable: false),
                    Role = table.Column<int>(type: "INTEGER", nullable: false),
                    LastReadMessageId = table.Column<long>(type: "INTEGER", nullable: false),
                    LastIncomingMessageId = table.Column<long>(type: "INTEGER", nullable: false),
                    LastActivityAt = table.Column<DateTime>(type: "TEXT", nullable: false),
                    LastNotifiedMessageId = table.Column<long>(type: "INTEGER", nullable: false),
                    IsMuted = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RoomMembers", x => new { x.ChatRoomId, x.UserId });
                    table.ForeignKey(
                        name: "FK_RoomMembers_AspNetUsers_UserId",
                        column: x => x.UserId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_RoomMembers_ChatRooms_ChatRoomId",
                        column: x => x.ChatRoomId,
                        principalTable: "ChatRooms",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            foreach (var (role, user, read, incoming) in new[]
            {
                (0, "BuyerId", "BuyerLastReadMessageId", "LastSellerMessageId"), (1, "SellerId", "SellerLastReadMessageId", "LastBuyerMessageId"),
            })
            {
                migrationBuilder.Sql($"""
                    INSERT INTO "RoomMembers" ("ChatRoomId", "UserId", "Role", "LastReadMessageId", "LastIncomingMessageId", "LastActivityAt",
                        "LastNotifiedMessageId", "IsMuted")
                    SELECT r."Id", r."{user}", {role}, r."{read}", r."{incoming}", r."UpdatedAt",
                        COALESCE(n."LastNotifiedMessageId", 0), COALESCE(n."IsMuted", 0)
                    FROM "ChatRooms" r LEFT JOIN "RoomNotificationStates" n ON n."ChatRoomId" = r."Id" AND n."UserId" = r."{user}"
                    """);
            }

            migrationBuilder.DropTable(
                name: "RoomNotificationStates");

            foreach (var index in new[] { "BuyerId_UpdatedAt", "SellerId_UpdatedAt", "UnreadByBuyer", "UnreadBySeller" })
            {
                migrationBuilder.DropIndex(name: $"IX_ChatRooms_{index}", table: "ChatRooms");
            }

            // Not by DropColumn: EF Core would make the table anew, and its triggers would be lost.
            foreach (var column in new[]
            {
                "BuyerLastReadMessageId", "SellerLastReadMessageId", "LastBuyerMessageId", "LastSellerMessageId", "UpdatedAt",
            })
            {
                migrationBuilder.Sql($"""ALTER TABLE "ChatRooms" DROP COLUMN "{column}" """);
            }

            migrationBuilder.DropIndex(
                name: "IX_Messages_ChatRoomId_Rev",
                table: "Messages");

            migrationBuilder.CreateIndex(
                name: "IX_Messages_ChatRoomId_Rev",
                table: "Messages",
                columns: new[] { "ChatRoomId", "Rev" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ChatRooms_SellerId",
                table: "ChatRooms",
                column: "SellerId");

            migrationBuilder.CreateIndex(
                name: "IX_RoomMembers_Unread",
                table: "RoomMembers",
                column: "UserId",
                filter: "\"LastIncomingMessageId\" > \"LastReadMessageId\"");

            migrationBuilder.CreateIndex(
                name: "IX_RoomMembers_UserId_LastActivityAt_ChatRoomId",
                table: "RoomMembers",
                columns: new[] { "UserId", "LastActivityAt", "ChatRoomId" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            throw new NotSupportedException("The copy that was made before the upgrade is the way back.");
    }
}
