using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MarketChat.Infrastructure.Data.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class PhotosAndRemoval : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Photos",
                table: "Messages",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "RemovedAt",
                table: "Messages",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Photos",
                table: "Messages");

            migrationBuilder.DropColumn(
                name: "RemovedAt",
                table: "Messages");
        }
    }
}
