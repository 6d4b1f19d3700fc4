using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MarketChat.Infrastructure.Data.Sqlite.Migrations
{
    /// <summary>Adds when the session of a browser ends, and whether its subscription is suspended or failing.</summary>
    public partial class PushSubscriptionStates : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTime>(
                name: "FailingSince",
                table: "PushSubscriptions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "IsSuspended",
                table: "PushSubscriptions",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<DateTime>(
                name: "SessionExpiresAt",
                table: "PushSubscriptions",
                type: "TEXT",
                nullable: false,
                defaultValue: new DateTime(1970, 1, 1, 0, 0, 0, 0, DateTimeKind.Utc));

            // The sessions of the existing subscriptions end at most two weeks from now, unless a visit extends them.
            migrationBuilder.Sql("""UPDATE "PushSubscriptions" SET "SessionExpiresAt" = datetime('now', '+14 days')""");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "FailingSince",
                table: "PushSubscriptions");

            migrationBuilder.DropColumn(
                name: "IsSuspended",
                table: "PushSubscriptions");

            migrationBuilder.DropColumn(
                name: "SessionExpiresAt",
                table: "PushSubscriptions");
        }
    }
}
