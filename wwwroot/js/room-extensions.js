// @ts-check
// The extension point of the room page: scripts of optional features register here and receive the parts of the open room.

/**
 * The parts of the open room. The results of its polls are published by room-events.js; the log emits 'rendered' for every message that is
 * added or updated.
 * @typedef {{
 *   id: string, me: string, url: string, page: HTMLElement, form: HTMLFormElement, closed: boolean,
 *   log: import('./message-list.js').MessageList, outbox: import('./outbox.js').Outbox,
 *   send: (payload: string, more: Partial<import('./outbox.js').PendingMessage>) => void,
 *   showNotice: (...content: (string | Node)[]) => void, hideNotice: () => void,
 * }} OpenRoom
 * me: the user's id; url: the room's URL; form: contains the antiforgery token; send: adds a message to the page and the outbox
 */

/** @type {OpenRoom | undefined} */ let room;
/** @type {((room: OpenRoom) => void)[]} */ const extensions = [];

/**
 * Calls `extension` when the room is ready and has sent nothing yet. On a page without a room it is never called.
 * @param {(room: OpenRoom) => void} extension
 */
export function register(extension) {
  if (room) extension(room);
  else extensions.push(extension);
}

/**
 * What a slice shows for a message of its kind. It is called whenever such a message has been added or updated; the text beside it is the
 * payload, which the slice's styles hide. An element with `data-kind-content` goes when the message is removed.
 * @typedef {(element: HTMLElement, message: import('./message-list.js').Message | import('./outbox.js').PendingMessage) => void} KindRenderer
 */

/** @type {Map<string, KindRenderer>} */ const kinds = new Map();

/** @param {string} name the message's `kind`, and the name of the property with its content @param {KindRenderer} render */
export function registerKind(name, render) { kinds.set(name, render); }

/** Shows a message of a kind that a slice handles; any other stays as its payload. @type {KindRenderer} */
export const renderKind = (element, message) => kinds.get(message.kind ?? '')?.(element, message);

/** @param {OpenRoom} openRoom */
export function start(openRoom) {
  room = openRoom;
  for (const extension of extensions.splice(0)) extension(openRoom);
}
