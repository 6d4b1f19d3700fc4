// @ts-check
import { startRoomList } from '/js/room-list.js';

startRoomList();
