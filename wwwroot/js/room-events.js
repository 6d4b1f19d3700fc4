// @ts-check
// The page's event bus for what polls bring: the poller publishes an update, and whatever shows it subscribes.

/** @typedef {{ unreadRooms: number, version: number, counterpartReadUpTo?: number }} RoomUpdate counterpartReadUpTo: in an open room, the message up to which the other has read */

const NAME = 'market:room-update';

/** @param {RoomUpdate} update */
export const publish = update => document.dispatchEvent(new CustomEvent(NAME, { detail: update }));

/** @param {(update: RoomUpdate) => void} listener */
export const subscribe = listener => document.addEventListener(NAME, event => listener(/** @type {CustomEvent<RoomUpdate>} */ (event).detail));
