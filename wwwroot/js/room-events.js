// @ts-check
// The event bus for the results of polls: the poller publishes updates, and the parts of the page that show them subscribe.

/** @typedef {{ unreadRooms: number, version: number, counterpartReadUpTo?: number }} RoomUpdate counterpartReadUpTo: the id of the last message that the counterpart has read, in a room */

const NAME = 'market:room-update';

/** @param {RoomUpdate} update */
export const publish = update => document.dispatchEvent(new CustomEvent(NAME, { detail: update }));

/** @param {(update: RoomUpdate) => void} listener */
export const subscribe = listener => document.addEventListener(NAME, event => listener(/** @type {CustomEvent<RoomUpdate>} */ (event).detail));
