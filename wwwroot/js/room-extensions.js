// @ts-check
// Extension point of the room page: the scripts of optional slices register here and are given the parts of the open room.

/**
 * The parts of an open room. News of it, as the poll brings them, come through room-events.js; that a message was put on the page, or is
 * another now, says the log ('rendered').
 * @typedef {{
 *   id: string, me: string, url: string, page: HTMLElement, form: HTMLFormElement, closed: boolean,
 *   log: import('./message-list.js').MessageList, outbox: import('./outbox.js').Outbox,
 *   send: (payload: string, more: Partial<import('./outbox.js').PendingMessage>) => void,
 *   showNotice: (...content: (string | Node)[]) => void, hideNotice: () => void,
 * }} OpenRoom
 * url: the room's address; form: has the antiforgery token; send: puts a message on the page and into the outbox
 */

/** @type {OpenRoom | undefined} */ let room;
/** @type {((room: OpenRoom) => void)[]} */ const extensions = [];

/** Calls `extension` when the room's parts stand and nothing has been sent yet. On a page without a room, never. @param {(room: OpenRoom) => void} extension */
export function register(extension) {
  if (room) extension(room);
  else extensions.push(extension);
}

/** @param {OpenRoom} openRoom */
export function start(openRoom) {
  room = openRoom;
  for (const extension of extensions.splice(0)) extension(openRoom);
}
