// @ts-check
import { keepRoomList } from '/js/room-list.js';

keepRoomList();
