// @ts-check
// Read receipts: shows which of the user's messages the counterpart has read, from the read marker in the results of the room's polls.
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

  /** Sets the id of the last message that the counterpart has read. @param {number | undefined} id */
  read(id) {
    if (!id || id <= this.#readUpTo) return; // It only moves forward.
    this.#readUpTo = id;
    this.scheduleRefresh();
  }

  /** Schedules one refresh for all messages that have been added or updated. */
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

  /** The user's stored messages. @returns {HTMLElement[]} */
  #mine() { return Array.from(this.#messages.querySelectorAll('[data-mine="true"][data-message-id]')); }
}

/** @param {HTMLElement} message */
const idOf = message => Number(message.dataset.messageId);

/** @param {HTMLElement} message @param {'unread' | 'seen'} mark @returns {HTMLElement | null} */
const markOf = (message, mark) => message.querySelector(`[data-receipt=${mark}]`);

/** @param {HTMLElement} message */
const isMarkedAsSeen = message => message.dataset.removed !== 'true' && markOf(message, 'unread')?.hidden === true;

/** Changes the element only if it differs. @param {HTMLElement} message @param {'unread' | 'seen'} mark @param {boolean} shown */
function show(message, mark, shown) {
  const element = markOf(message, mark);
  if (element && element.hidden === shown) element.hidden = !shown;
}

register(({ page, log }) => {
  const receipts = new Receipts(/** @type {HTMLElement} */ (page.querySelector('[data-messages]')));
  log.on('rendered', () => receipts.scheduleRefresh());
  subscribe(({ counterpartReadUpTo }) => receipts.read(counterpartReadUpTo));
});
