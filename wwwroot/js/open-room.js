// @ts-check
// How an optional slice's script comes to work with the room that is open.

/**
 * The parts of an open room. News of it, as the poll brings them, come through news.js; that a message was put on the page, or is
 * another now, says the log ('shown').
 * @typedef {{
 *   id: string, me: string, url: string, page: HTMLElement, form: HTMLFormElement, closed: boolean,
 *   log: import('./message-log.js').MessageLog, outbox: import('./outbox.js').Outbox,
 *   send: (payload: string, more: Partial<import('./outbox.js').Letter>) => void,
 *   showNotice: (...content: (string | Node)[]) => void, hideNotice: () => void,
 * }} OpenRoom
 * url: the room's address; form: has the antiforgery token; send: puts a letter on the page and into the outbox
 */

/** @type {OpenRoom | undefined} */ let room;
/** @type {((room: OpenRoom) => void)[]} */ const users = [];

/** Calls `use` when the room's parts stand and nothing has been sent yet. On a page without a room, never. @param {(room: OpenRoom) => void} use */
export function onRoom(use) {
  if (room) use(room);
  else users.push(use);
}

/** @param {OpenRoom} opened */
export function openRoom(opened) {
  room = opened;
  for (const use of users.splice(0)) use(opened);
}
