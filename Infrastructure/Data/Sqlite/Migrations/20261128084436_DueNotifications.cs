using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MarketChat.Infrastructure.Data.Sqlite.Migrations
{
    /// <summary>
    /// Adds the outbox of notifications, and moves into it what members were notified of last: now each browser has a row of its own.
    /// </summary>
    public partial class DueNotifications : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "DueNotifications",
                columns: table => new
                {
                    SubscriptionId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ChatRoomId = table.Column<int>(type: "INTEGER", nullable: false),
                    NotifiedMessageId = table.Column<long>(type: "INTEGER", nullable: false),
                    DueAt = table.Column<DateTime>(type: "TEXT", nullable: true),
                    ClaimedUntil = table.Column<DateTime>(type: "TEXT", nullable: true),
                    Attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DueNotifications", x => new { x.SubscriptionId, x.ChatRoomId });
                    table.ForeignKey(
                        name: "FK_DueNotifications_ChatRooms_ChatRoomId",
                        column: x => x.ChatRoomId,
                        principalTable: "ChatRooms",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_DueNotifications_PushSubscriptions_SubscriptionId",
                        column: x => x.SubscriptionId,
                        principalTable: "PushSubscriptions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_DueNotifications_ChatRoomId",
                table: "DueNotifications",
                column: "ChatRoomId");

            migrationBuilder.CreateIndex(
                name: "IX_DueNotifications_DueAt",
                table: "DueNotifications",
                column: "DueAt",
                filter: "\"DueAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_DueNotifications_ExpiresAt",
                table: "DueNotifications",
                column: "ExpiresAt");

            // Rows of messages that are older than a day have no effect.
            migrationBuilder.Sql("""
                INSERT INTO "DueNotifications" ("SubscriptionId", "ChatRoomId", "NotifiedMessageId", "Attempts", "ExpiresAt")
                SELECT s."Id", m."ChatRoomId", n."Id", 0, strftime('%Y-%m-%d %H:%M:%f', n."CreatedAt", '+1 day')
                FROM "RoomMembers" m
                JOIN "Messages" n ON n."Id" = m."LastNotifiedMessageId" AND n."CreatedAt" > strftime('%Y-%m-%d %H:%M:%f', 'now', '-1 day')
                JOIN "PushSubscriptions" s ON s."UserId" = m."UserId"
                """);

            migrationBuilder.Sql("""ALTER TABLE "RoomMembers" DROP COLUMN "LastNotifiedMessageId" """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            throw new NotSupportedException("The copy that was made before the upgrade is the way back.");
    }
}
