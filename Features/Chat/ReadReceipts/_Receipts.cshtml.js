// @ts-check
// Whether the other has seen my messages: kept as the server wrote it, from the marker that the room's poll brings along.
import { subscribe } from '/js/room-events.js';
import { register } from '/js/room-extensions.js';

class Receipts {
  #messages;
  #readUpTo;
  #isDue = false;

  /** @param {HTMLElement} messages the log's element */
  constructor(messages) {
    this.#messages = messages;
    this.#readUpTo = Math.max(0, ...this.#mine().filter(isMarkedAsSeen).map(idOf));
  }

  /** How far the other has read. @param {number | undefined} id */
  read(id) {
    if (!id || id <= this.#readUpTo) return; // It only moves forward.
    this.#readUpTo = id;
    this.scheduleRefresh();
  }

  /** Messages have come or changed: however many at once, they are looked at once. */
  scheduleRefresh() {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(this.#mark);
  }

  #mark = () => {
    this.#isDue = false;
    let isNewest = true;
    for (const message of this.#mine().reverse()) {
      const stands = message.dataset.removed !== 'true';
      const seen = idOf(message) <= this.#readUpTo;
      show(message, 'unread', stands && !seen);
      show(message, 'seen', stands && seen && isNewest);
      if (stands && seen) isNewest = false;
    }
  };

  /** Mine that are stored. @returns {HTMLElement[]} */
  #mine() { return Array.from(this.#messages.querySelectorAll('[data-mine="true"][data-message-id]')); }
}

/** @param {HTMLElement} message */
const idOf = message => Number(message.dataset.messageId);

/** @param {HTMLElement} message @param {'unread' | 'seen'} mark @returns {HTMLElement | null} */
const markOf = (message, mark) => message.querySelector(`[data-receipt=${mark}]`);

/** @param {HTMLElement} message */
const isMarkedAsSeen = message => message.dataset.removed !== 'true' && markOf(message, 'unread')?.hidden === true;

/** Touches only what is different. @param {HTMLElement} message @param {'unread' | 'seen'} mark @param {boolean} shown */
function show(message, mark, shown) {
  const element = markOf(message, mark);
  if (element && element.hidden === shown) element.hidden = !shown;
}

register(({ page, log }) => {
  const receipts = new Receipts(/** @type {HTMLElement} */ (page.querySelector('[data-messages]')));
  log.on('rendered', () => receipts.scheduleRefresh());
  subscribe(({ counterpartReadUpTo }) => receipts.read(counterpartReadUpTo));
});
