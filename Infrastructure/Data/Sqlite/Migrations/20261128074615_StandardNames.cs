using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MarketChat.Infrastructure.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class StandardNames : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Products_OnTheMarket",
                table: "Products");

            migrationBuilder.DropIndex(
                name: "IX_ChatRooms_UnreadByBuyer",
                table: "ChatRooms");

            migrationBuilder.DropIndex(
                name: "IX_ChatRooms_UnreadBySeller",
                table: "ChatRooms");

            migrationBuilder.RenameColumn(
                name: "Stamp",
                table: "PushSubscriptions",
                newName: "SecurityStamp");

            migrationBuilder.RenameColumn(
                name: "WithdrawnAt",
                table: "Products",
                newName: "DelistedAt");

            migrationBuilder.RenameColumn(
                name: "SellerReadUpTo",
                table: "ChatRooms",
                newName: "SellerLastReadMessageId");

            migrationBuilder.RenameColumn(
                name: "BuyerReadUpTo",
                table: "ChatRooms",
                newName: "BuyerLastReadMessageId");

            migrationBuilder.CreateTable(
                name: "RoomNotificationStates",
                columns: table => new
                {
                    UserId = table.Column<int>(type: "INTEGER", nullable: false),
                    ChatRoomId = table.Column<int>(type: "INTEGER", nullable: false),
                    IsMuted = table.Column<bool>(type: "INTEGER", nullable: false),
                    LastNotifiedMessageId = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RoomNotificationStates", x => new { x.UserId, x.ChatRoomId });
                    table.ForeignKey(
                        name: "FK_RoomNotificationStates_AspNetUsers_UserId",
                        column: x => x.UserId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_RoomNotificationStates_ChatRooms_ChatRoomId",
                        column: x => x.ChatRoomId,
                        principalTable: "ChatRooms",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.Sql("""
                INSERT INTO "RoomNotificationStates" ("UserId", "ChatRoomId", "IsMuted", "LastNotifiedMessageId")
                SELECT "UserId", "ChatRoomId", "Muted", "NotifiedUpTo" FROM "RoomNotices"
                """);

            migrationBuilder.DropTable(
                name: "RoomNotices");

            migrationBuilder.CreateIndex(
                name: "IX_Products_Available",
                table: "Products",
                column: "Id",
                filter: "\"DelistedAt\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_ChatRooms_UnreadByBuyer",
                table: "ChatRooms",
                column: "BuyerId",
                filter: "\"LastSellerMessageId\" > \"BuyerLastReadMessageId\"");

            migrationBuilder.CreateIndex(
                name: "IX_ChatRooms_UnreadBySeller",
                table: "ChatRooms",
                column: "SellerId",
                filter: "\"LastBuyerMessageId\" > \"SellerLastReadMessageId\"");

            migrationBuilder.CreateIndex(
                name: "IX_RoomNotificationStates_ChatRoomId",
                table: "RoomNotificationStates",
                column: "ChatRoomId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Products_Available",
                table: "Products");

            migrationBuilder.DropIndex(
                name: "IX_ChatRooms_UnreadByBuyer",
                table: "ChatRooms");

            migrationBuilder.DropIndex(
                name: "IX_ChatRooms_UnreadBySeller",
                table: "ChatRooms");

            migrationBuilder.RenameColumn(
                name: "SecurityStamp",
                table: "PushSubscriptions",
                newName: "Stamp");

            migrationBuilder.RenameColumn(
                name: "DelistedAt",
                table: "Products",
                newName: "WithdrawnAt");

            migrationBuilder.RenameColumn(
                name: "SellerLastReadMessageId",
                table: "ChatRooms",
                newName: "SellerReadUpTo");

            migrationBuilder.RenameColumn(
                name: "BuyerLastReadMessageId",
                table: "ChatRooms",
                newName: "BuyerReadUpTo");

            migrationBuilder.CreateTable(
                name: "RoomNotices",
                columns: table => new
                {
                    UserId = table.Column<int>(type: "INTEGER", nullable: false),
                    ChatRoomId = table.Column<int>(type: "INTEGER", nullable: false),
                    Muted = table.Column<bool>(type: "INTEGER", nullable: false),
                    NotifiedUpTo = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RoomNotices", x => new { x.UserId, x.ChatRoomId });
                    table.ForeignKey(
                        name: "FK_RoomNotices_AspNetUsers_UserId",
                        column: x => x.UserId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_RoomNotices_ChatRooms_ChatRoomId",
                        column: x => x.ChatRoomId,
                        principalTable: "ChatRooms",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.Sql("""
                INSERT INTO "RoomNotices" ("UserId", "ChatRoomId", "Muted", "NotifiedUpTo")
                SELECT "UserId", "ChatRoomId", "IsMuted", "LastNotifiedMessageId" FROM "RoomNotificationStates"
                """);

            migrationBuilder.DropTable(
                name: "RoomNotificationStates");

            migrationBuilder.CreateIndex(
                name: "IX_Products_OnTheMarket",
                table: "Products",
                column: "Id",
                filter: "\"WithdrawnAt\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_ChatRooms_UnreadByBuyer",
                table: "ChatRooms",
                column: "BuyerId",
                filter: "\"LastSellerMessageId\" > \"BuyerReadUpTo\"");

            migrationBuilder.CreateIndex(
                name: "IX_ChatRooms_UnreadBySeller",
                table: "ChatRooms",
                column: "SellerId",
                filter: "\"LastBuyerMessageId\" > \"SellerReadUpTo\"");

            migrationBuilder.CreateIndex(
                name: "IX_RoomNotices_ChatRoomId",
                table: "RoomNotices",
                column: "ChatRoomId");
        }
    }
}
