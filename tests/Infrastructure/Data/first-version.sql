-- A database as the first version left it: four people, twelve products without pictures, three talks.
BEGIN TRANSACTION;
CREATE TABLE "AspNetUserClaims" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AspNetUserClaims" PRIMARY KEY AUTOINCREMENT,
    "UserId" INTEGER NOT NULL,
    "ClaimType" TEXT NULL,
    "ClaimValue" TEXT NULL,
    CONSTRAINT "FK_AspNetUserClaims_AspNetUsers_UserId" FOREIGN KEY ("UserId") REFERENCES "AspNetUsers" ("Id") ON DELETE CASCADE
);
CREATE TABLE "AspNetUserLogins" (
    "LoginProvider" TEXT NOT NULL,
    "ProviderKey" TEXT NOT NULL,
    "ProviderDisplayName" TEXT NULL,
    "UserId" INTEGER NOT NULL,
    CONSTRAINT "PK_AspNetUserLogins" PRIMARY KEY ("LoginProvider", "ProviderKey"),
    CONSTRAINT "FK_AspNetUserLogins_AspNetUsers_UserId" FOREIGN KEY ("UserId") REFERENCES "AspNetUsers" ("Id") ON DELETE CASCADE
);
CREATE TABLE "AspNetUserTokens" (
    "UserId" INTEGER NOT NULL,
    "LoginProvider" TEXT NOT NULL,
    "Name" TEXT NOT NULL,
    "Value" TEXT NULL,
    CONSTRAINT "PK_AspNetUserTokens" PRIMARY KEY ("UserId", "LoginProvider", "Name"),
    CONSTRAINT "FK_AspNetUserTokens_AspNetUsers_UserId" FOREIGN KEY ("UserId") REFERENCES "AspNetUsers" ("Id") ON DELETE CASCADE
);
CREATE TABLE "AspNetUsers" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AspNetUsers" PRIMARY KEY AUTOINCREMENT,
    "Avatar" TEXT NULL,
    "Language" TEXT NULL,
    "CreatedAt" TEXT NOT NULL,
    "UserName" TEXT NOT NULL,
    "NormalizedUserName" TEXT NOT NULL,
    "Email" TEXT NULL,
    "NormalizedEmail" TEXT NULL,
    "EmailConfirmed" INTEGER NOT NULL,
    "PasswordHash" TEXT NULL,
    "SecurityStamp" TEXT NULL,
    "ConcurrencyStamp" TEXT NULL,
    "PhoneNumber" TEXT NULL,
    "PhoneNumberConfirmed" INTEGER NOT NULL,
    "TwoFactorEnabled" INTEGER NOT NULL,
    "LockoutEnd" TEXT NULL,
    "LockoutEnabled" INTEGER NOT NULL,
    "AccessFailedCount" INTEGER NOT NULL
);
INSERT INTO "AspNetUsers" VALUES(1,NULL,NULL,'2026-10-24 08:05:33.448','alice','ALICE',NULL,NULL,0,'AQAAAAIAAYagAAAAEK6slLKHU8GiALKux0IJhum5t8h+50LOGEyGyXanY8DcVuTxVUSenTa0FnjAQgAHMA==','6QLQQUOT7AGLKPOZW2FAO2P3YZ42F767','e1cecfba-571d-4612-8c2b-cc1094453351',NULL,0,0,NULL,1,0);
INSERT INTO "AspNetUsers" VALUES(2,NULL,NULL,'2026-10-24 08:05:33.448','bob','BOB',NULL,NULL,0,'AQAAAAIAAYagAAAAEPstrJyZVGkvnlVvYpqtOtitxd5xSSHOF7XGTufB/or68unDl3MkN/4paX4UUoaQEQ==','46X4FSMVAVVL4JNTXUBWJZJQJWMK5GU5','999f0cda-0002-4ef5-8474-3257b71ef951',NULL,0,0,NULL,1,0);
INSERT INTO "AspNetUsers" VALUES(3,NULL,NULL,'2026-10-24 08:05:33.448','charlie','CHARLIE',NULL,NULL,0,'AQAAAAIAAYagAAAAEIJx8ntCH1u1stIuoypr1jfxEUNHWJzZo/yydi10B6Gc2ltunRCwT7qQr2De7I29ZQ==','XYCDMQ3FLSDIXBDMD2SY6HT2VLAITQCF','f3014782-0014-451a-a57e-116ea5fdb0e2',NULL,0,0,NULL,1,0);
INSERT INTO "AspNetUsers" VALUES(4,NULL,NULL,'2026-10-24 08:05:33.448','david','DAVID',NULL,NULL,0,'AQAAAAIAAYagAAAAEG4QFleRv5q+P+9IZCCitE324V4H+xL243j9883Il3UEyHsMB0Mpsm6BAxiKZc5PeQ==','OJWQTUGA74UEWFAE4KLRUBL4KYULVJLS','1d5e0da5-0cf8-4043-89af-4b1f1cdf2c49',NULL,0,0,NULL,1,0);
CREATE TABLE "ChatRooms" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_ChatRooms" PRIMARY KEY AUTOINCREMENT,
    "BuyerId" INTEGER NOT NULL,
    "SellerId" INTEGER NOT NULL,
    "ProductId" INTEGER NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "UpdatedAt" TEXT NOT NULL,
    "Rev" INTEGER NOT NULL,
    "BuyerReadUpTo" INTEGER NOT NULL,
    "SellerReadUpTo" INTEGER NOT NULL,
    "LastBuyerMessageId" INTEGER NOT NULL,
    "LastSellerMessageId" INTEGER NOT NULL,
    CONSTRAINT "FK_ChatRooms_AspNetUsers_BuyerId" FOREIGN KEY ("BuyerId") REFERENCES "AspNetUsers" ("Id") ON DELETE CASCADE,
    CONSTRAINT "FK_ChatRooms_AspNetUsers_SellerId" FOREIGN KEY ("SellerId") REFERENCES "AspNetUsers" ("Id") ON DELETE CASCADE,
    CONSTRAINT "FK_ChatRooms_Products_ProductId" FOREIGN KEY ("ProductId") REFERENCES "Products" ("Id") ON DELETE CASCADE
);
INSERT INTO "ChatRooms" VALUES(1,4,1,9,'2026-11-22 02:05:33.448','2026-11-22 06:05:33.448',10,4,5,5,4);
INSERT INTO "ChatRooms" VALUES(2,2,1,9,'2026-11-23 07:25:33.448','2026-11-23 08:03:33.448',7,8,6,11,8);
INSERT INTO "ChatRooms" VALUES(3,3,1,9,'2026-11-23 07:53:33.448','2026-11-23 07:53:33.448',1,0,0,9,0);
CREATE TABLE "Messages" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Messages" PRIMARY KEY AUTOINCREMENT,
    "Payload" TEXT NOT NULL,
    "UserId" INTEGER NOT NULL,
    "ChatRoomId" INTEGER NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "ClientId" TEXT NOT NULL,
    "Rev" INTEGER NOT NULL,
    CONSTRAINT "FK_Messages_AspNetUsers_UserId" FOREIGN KEY ("UserId") REFERENCES "AspNetUsers" ("Id") ON DELETE CASCADE,
    CONSTRAINT "FK_Messages_ChatRooms_ChatRoomId" FOREIGN KEY ("ChatRoomId") REFERENCES "ChatRooms" ("Id") ON DELETE CASCADE
);
INSERT INTO "Messages" VALUES(1,'안녕하세요, 자전거에 거치대도 같이 주시나요?',4,1,'2026-11-22 02:05:33.448','FE7E938C-2434-47D3-A002-416C543F9FAD',1);
INSERT INTO "Messages" VALUES(2,'네, 뒷바퀴 거치대 하나 같이 드려요.',1,1,'2026-11-22 03:05:33.448','C5CEE99E-5439-4343-A226-862DFAF4AE39',3);
INSERT INTO "Messages" VALUES(3,'좋네요. 고민해 보고 다시 연락드릴게요!',4,1,'2026-11-22 04:05:33.448','CC4B1BF6-1646-445D-8867-78ED1C88D485',5);
INSERT INTO "Messages" VALUES(4,'네, 천천히 생각해 보세요 🙂',1,1,'2026-11-22 05:05:33.448','BCAF2E7E-9490-49F3-9429-9DE1BBDFBD0B',7);
INSERT INTO "Messages" VALUES(5,'네, 감사합니다!',4,1,'2026-11-22 06:05:33.448','9EB9FDEC-1A6B-4EA8-8CB3-7EBD11C6D99C',9);
INSERT INTO "Messages" VALUES(6,'안녕하세요! 자전거 아직 있나요?',2,2,'2026-11-23 07:25:33.448','46C4E8E6-DFA3-410D-B034-FACD3367A1DA',1);
INSERT INTO "Messages" VALUES(7,'네, 있어요 🙂',1,2,'2026-11-23 07:27:33.448','93A7B09A-C9DD-4F63-BB2D-1AEB7BC747AF',3);
INSERT INTO "Messages" VALUES(8,'키가 어떻게 되세요? 54 사이즈는 168~178 정도에 맞아요',1,2,'2026-11-23 07:28:33.448','0F89BCA6-0F18-4940-9159-D9876E38993F',4);
INSERT INTO "Messages" VALUES(9,'30만원에 가능하신가요?',3,3,'2026-11-23 07:53:33.448','31484CEE-238C-4CB3-93A7-201AB9B65090',1);
INSERT INTO "Messages" VALUES(10,'173이에요. 딱 좋네요',2,2,'2026-11-23 08:02:33.448','9BB9B48A-19D4-4199-AF00-EA3847462A06',6);
INSERT INTO "Messages" VALUES(11,'혹시 오늘 저녁에 볼 수 있을까요?',2,2,'2026-11-23 08:03:33.448','227C5813-55C4-4035-9901-8C53A4E36926',7);
CREATE TABLE "ProductPhotos" (
    "ProductId" INTEGER NOT NULL,
    "Position" INTEGER NOT NULL,
    "Name" TEXT NOT NULL,
    "Width" INTEGER NOT NULL,
    "Height" INTEGER NOT NULL,
    CONSTRAINT "PK_ProductPhotos" PRIMARY KEY ("ProductId", "Position"),
    CONSTRAINT "FK_ProductPhotos_Products_ProductId" FOREIGN KEY ("ProductId") REFERENCES "Products" ("Id") ON DELETE CASCADE
);
CREATE TABLE "Products" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Products" PRIMARY KEY AUTOINCREMENT,
    "Title" TEXT NOT NULL,
    "Price" INTEGER NOT NULL,
    "Description" TEXT NOT NULL,
    "SellerId" INTEGER NOT NULL,
    "CreatedAt" TEXT NOT NULL,
    "ClientId" TEXT NOT NULL,
    CONSTRAINT "FK_Products_AspNetUsers_SellerId" FOREIGN KEY ("SellerId") REFERENCES "AspNetUsers" ("Id") ON DELETE CASCADE
);
INSERT INTO "Products" VALUES(1,'말랑말랑 곰인형',8000,'뽑기에서 뽑은 곰인형이에요. 장식장에만 두어서 깨끗해요.
세탁도 한 번 했습니다.',3,'2026-11-11 08:05:33.448','2A6E0BB5-86D6-49FB-BD15-75FE2946C45E');
INSERT INTO "Products" VALUES(2,'필름 카메라 (필름 한 롤 포함)',140000,'여행 다니며 잘 썼던 필름 카메라예요. 노출계와 셔터 모두 잘 작동해요.

남은 필름 한 롤도 같이 드릴게요.',1,'2026-11-13 08:05:33.448','99CC85F1-34B6-4973-A8C7-77AFF216CB56');
INSERT INTO "Products" VALUES(3,'게임기와 패드 두 개',150000,'주말마다 친구들과 하던 게임기예요. 패드 두 개 다 쏠림 없어요.
오셔서 켜 보고 가져가셔도 됩니다.',4,'2026-11-15 08:05:33.448','56775B43-1FD0-49FD-8EF2-DF6E04D6A2CC');
INSERT INTO "Products" VALUES(4,'등산 배낭 30리터',38000,'당일 산행에 딱 좋은 크기예요. 레인 커버가 바닥 주머니에 들어 있어요.',2,'2026-11-16 08:05:33.448','C324C800-C6C2-4FE4-9D73-6B438F7F31EB');
INSERT INTO "Products" VALUES(5,'가죽 스트랩 손목시계',45000,'작년에 선물 받았는데 몇 번 안 찼어요. 배터리는 지난주에 새로 갈았습니다.',3,'2026-11-17 08:05:33.448','6AB02C98-83D3-4BB3-8DBB-ADCF3C99B6DC');
INSERT INTO "Products" VALUES(6,'이사 정리해요 (소파, 의자, 책, 노트북)',210000,'다음 주에 이사해서 한꺼번에 정리해요.

· 2인용 소파
· 책상 의자
· 소설책 열다섯 권
· 13인치 노트북 (문서 작업용)

따로 사셔도 되니 편하게 물어봐 주세요.',1,'2026-11-18 08:05:33.448','59EFC610-C0A1-460E-9C85-A4EE991544D8');
INSERT INTO "Products" VALUES(7,'노이즈 캔슬링 헤드폰',95000,'출퇴근길에 반년 썼어요. 이어패드는 새것으로 갈았고 케이스와 케이블도 있어요.',4,'2026-11-19 08:05:33.448','10A2954B-4FEA-432C-8AE7-C2FE650EB7E8');
INSERT INTO "Products" VALUES(8,'러닝화 270, 두 번 신었어요',32000,'저한테 조금 작아서 내놓아요. 트랙에서만 두 번 신었습니다.',2,'2026-11-20 08:05:33.448','C69F15BA-D4E8-4981-A834-515B8EF5847F');
INSERT INTO "Products" VALUES(9,'로드 자전거 54 사이즈, 거의 새것',320000,'작년 봄에 사서 주말에만 탔어요. 체인과 브레이크 패드는 지난달에 교체했습니다.

직거래는 역 앞 광장에서 가능하고, 시승해 보셔도 좋아요.',1,'2026-11-21 08:05:33.448','43BC6F14-46C6-4DB0-BF13-1C93AFFAF51B');
INSERT INTO "Products" VALUES(10,'몬스테라 화분 나눔합니다',0,'잎이 너무 풍성해져서 한 포기 나눠요. 화분째 드립니다.
물은 일주일에 한 번이면 충분해요 🌿',4,'2026-11-22 12:05:33.448','45889395-F602-4C1A-8673-A7C388629209');
INSERT INTO "Products" VALUES(11,'2인용 텐트, 두 번 사용했어요',65000,'둘이 자기에 넉넉해요. 팩과 폴대 모두 그대로 있고, 잘 말려서 보관했습니다.',3,'2026-11-23 05:05:33.448','8F69CFF4-6413-4002-9921-A4524FC95549');
INSERT INTO "Products" VALUES(12,'통기타 (케이스 포함)',90000,'처음 배우기 좋은 기타예요. 줄은 새로 갈았고 소프트 케이스와 카포도 함께 드려요.',2,'2026-11-23 07:44:33.448','EC3A99E3-6904-4B85-8C7F-B1EECB1D5502');
CREATE TABLE "__EFMigrationsHistory" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);
INSERT INTO "__EFMigrationsHistory" VALUES('20261123051541_Start','10.0.14');
CREATE TABLE "__EFMigrationsLock" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY,
    "Timestamp" TEXT NOT NULL
);
CREATE INDEX "IX_AspNetUserClaims_UserId" ON "AspNetUserClaims" ("UserId");
CREATE INDEX "IX_AspNetUserLogins_UserId" ON "AspNetUserLogins" ("UserId");
CREATE INDEX "EmailIndex" ON "AspNetUsers" ("NormalizedEmail");
CREATE UNIQUE INDEX "UserNameIndex" ON "AspNetUsers" ("NormalizedUserName");
CREATE UNIQUE INDEX "IX_ChatRooms_BuyerId_SellerId_ProductId" ON "ChatRooms" ("BuyerId", "SellerId", "ProductId");
CREATE INDEX "IX_ChatRooms_BuyerId_UpdatedAt" ON "ChatRooms" ("BuyerId", "UpdatedAt");
CREATE INDEX "IX_ChatRooms_ProductId" ON "ChatRooms" ("ProductId");
CREATE INDEX "IX_ChatRooms_SellerId_UpdatedAt" ON "ChatRooms" ("SellerId", "UpdatedAt");
CREATE INDEX "IX_ChatRooms_UnreadByBuyer" ON "ChatRooms" ("BuyerId") WHERE "LastSellerMessageId" > "BuyerReadUpTo";
CREATE INDEX "IX_ChatRooms_UnreadBySeller" ON "ChatRooms" ("SellerId") WHERE "LastBuyerMessageId" > "SellerReadUpTo";
CREATE INDEX "IX_Messages_ChatRoomId_Id" ON "Messages" ("ChatRoomId", "Id");
CREATE INDEX "IX_Messages_ChatRoomId_Rev" ON "Messages" ("ChatRoomId", "Rev");
CREATE UNIQUE INDEX "IX_Messages_ChatRoomId_UserId_ClientId" ON "Messages" ("ChatRoomId", "UserId", "ClientId");
CREATE INDEX "IX_Messages_UserId" ON "Messages" ("UserId");
CREATE UNIQUE INDEX "IX_Products_SellerId_ClientId" ON "Products" ("SellerId", "ClientId");
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('AspNetUsers',4);
INSERT INTO "sqlite_sequence" VALUES('Products',12);
INSERT INTO "sqlite_sequence" VALUES('ChatRooms',3);
INSERT INTO "sqlite_sequence" VALUES('Messages',11);
COMMIT;
