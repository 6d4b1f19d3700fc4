// @ts-check
// Removing a message: the remove buttons of messages, and the dialog for confirmation.
import { keepFocus } from '/js/focus.js';
import { HttpError, fetchJson } from '/js/http.js';
import { register } from '/js/room-extensions.js';

const TIMEOUT = 15_000;
const LONG_PRESS = 500;
const MAX_TIMER = 2 ** 31 - 1;

/**
 * The remove buttons of the user's messages. A stored message has one until it is removed or the time for removal is over. All buttons
 * together are a single tab stop; the arrow keys move between them (roving tabindex).
 */
class RemoveButtons {
  #messages;
  #url;
  #window;
  #clockSkew;
  #isDue = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /**
   * @param {HTMLElement} messages the log's element
   * @param {string} url the page for confirmation, without the message's id
   * @param {{ removalWindow: number, now: number }} times in milliseconds: for how long a message can be removed after it was sent, and the server's time
   */
  constructor(messages, url, { removalWindow, now }) {
    this.#messages = messages;
    this.#url = url;
    this.#window = removalWindow;
    this.#clockSkew = Date.now() - now; // The device's clock may be wrong.
    messages.addEventListener('keydown', this.#onKey);
    document.addEventListener('visibilitychange', () => document.hidden || this.scheduleRefresh()); // Timers stop while the device sleeps.
    this.scheduleRefresh();
  }

  /** Schedules one refresh for all messages that have been added or updated. */
  scheduleRefresh = () => {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(this.#refresh);
  };

  #refresh = () => {
    this.#isDue = false;
    clearTimeout(this.#timer);
    const now = Date.now() - this.#clockSkew;
    let next = Infinity;
    for (const control of this.#messages.querySelectorAll('[data-remove]')) {
      const message = messageOf(control);
      const { messageId, removed } = message.dataset;
      const end = sentAt(message) + this.#window;
      const open = messageId !== undefined && removed !== 'true' && now < end;
      if (open) next = Math.min(next, end);
      keepFocus(() => show(/** @type {HTMLAnchorElement} */ (control), open, `${this.#url}?message=${messageId}`), scrollOf(document));
    }
    this.#stopTabAt(this.#shown().at(-1));
    if (next < Infinity) this.#timer = setTimeout(this.scheduleRefresh, Math.min(next - now, MAX_TIMER));
  };

  /** @returns {HTMLElement[]} */
  #shown() { return Array.from(this.#messages.querySelectorAll('[data-remove]:not([hidden])')); }

  /** @param {HTMLElement | undefined} stop */
  #stopTabAt(stop) {
    const focused = document.activeElement;
    for (const control of this.#shown()) {
      const tabIndex = control === stop || control === focused ? 0 : -1;
      if (control.tabIndex !== tabIndex) control.tabIndex = tabIndex;
    }
  }

  #onKey = (/** @type {KeyboardEvent} */ event) => {
    if (!(event.target instanceof HTMLElement) || !event.target.matches('[data-remove]')) return;
    const all = this.#shown();
    const at = all.indexOf(event.target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all[to]?.focus();
    this.#stopTabAt(all[to] ?? event.target);
  };
}

/**
 * Shows a message's remove button on touch screens, which have no hover: a tap or a long press on the message shows it, and another tap hides
 * it. On a link only a long press shows it, because a tap follows the link.
 */
class LongPressHandler {
  #messages;
  /** @type {HTMLElement | null} */ #open = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #isFinger = false;
  #isLong = false;

  /** @param {HTMLElement} messages the log's element */
  constructor(messages) {
    this.#messages = messages;
    messages.addEventListener('pointerdown', this.#onDown);
    messages.addEventListener('contextmenu', this.#onMenu);
    messages.addEventListener('click', this.#onClickInside, { capture: true });
    for (const end of /** @type {const} */ (['pointerup', 'pointercancel', 'pointermove'])) messages.addEventListener(end, this.#onEnd);
    document.addEventListener('click', this.#onClick);
  }

  #onDown = (/** @type {PointerEvent} */ event) => {
    const message = this.#messageUnder(event);
    this.#isLong = false;
    this.#isFinger = event.pointerType !== 'mouse';
    if (this.#isFinger && message) this.#timer = setTimeout(() => this.#press(message), LONG_PRESS);
  };

  /** Android opens its context menu for a long press on a link or an image. */
  #onMenu = (/** @type {Event} */ event) => {
    const message = this.#isFinger ? this.#messageUnder(event) : null;
    if (!message) return;
    event.preventDefault();
    this.#press(message);
  };

  /** @param {HTMLElement} message */
  #press(message) {
    clearTimeout(this.#timer);
    this.#isLong = true;
    this.#show(message);
  }

  /** Keeps the end of a long press from following a link. */
  #onClickInside = (/** @type {MouseEvent} */ event) => {
    if (!this.#isLong || event.detail === 0) return; // A click by the keyboard has detail 0.
    this.#isLong = false;
    event.preventDefault();
    event.stopPropagation();
  };

  #onEnd = (/** @type {PointerEvent} */ event) => {
    if (event.type !== 'pointermove' || Math.hypot(event.movementX, event.movementY) > 2) clearTimeout(this.#timer);
  };

  #onClick = (/** @type {MouseEvent} */ event) => {
    const isTap = 'pointerType' in event && event.pointerType !== 'mouse' && event.target instanceof Element && !event.target.closest('a');
    const message = isTap ? this.#messageUnder(event) : null;
    this.#show(message === this.#open ? null : message);
  };

  /** @param {HTMLElement | null} message */
  #show(message) {
    if (this.#open) delete this.#open.dataset.removable;
    this.#open = message;
    if (message) message.dataset.removable = 'true';
  }

  /** @param {Event} event @returns {HTMLElement | null} */
  #messageUnder({ target }) {
    const part = target instanceof Element ? target.closest('.message--mine > :not(.message__meta)') : null;
    const message = part?.parentElement;
    return message && this.#messages.contains(message) && message.querySelector('[data-remove]:not([hidden])') ? message : null;
  }
}

/** The dialog that asks for confirmation, removes the message, and shows errors. */
class RemovalDialog {
  #dialog;
  #room;
  #url;
  #confirm;
  #keep;
  #name;
  /** @type {HTMLElement | null} */ #message = null;
  #isBusy = false;

  /** @param {HTMLDialogElement} dialog @param {import('/js/room-extensions.js').OpenRoom} room @param {string} url the URL to post to */
  constructor(dialog, room, url) {
    this.#dialog = dialog;
    this.#room = room;
    this.#url = url;
    this.#confirm = /** @type {HTMLButtonElement} */ (dialog.querySelector('[data-removal-confirm]'));
    this.#name = this.#confirm.textContent;
    this.#confirm.addEventListener('click', () => void this.#remove());
    this.#keep = /** @type {HTMLElement} */ (dialog.querySelector('[data-removal-keep]'));
    this.#keep.addEventListener('click', () => this.#close());
    dialog.addEventListener('click', event => event.target === dialog && this.#close()); // A click on the backdrop.
    dialog.addEventListener('cancel', event => this.#isBusy && event.preventDefault());
    dialog.addEventListener('close', this.#onClose);
  }

  /** @param {HTMLElement} message */
  open(message) {
    this.#message = message;
    this.#write('[data-removal-quote]', message.querySelector('[data-text]')?.textContent ?? '');
    this.#say('');
    this.#confirm.hidden = false;
    this.#dialog.showModal();
  }

  /** Closes the dialog after its message has been removed, here or elsewhere. @param {HTMLElement} message */
  settle(message) {
    if (message !== this.#message) return;
    this.#dialog.close();
  }

  #onClose = () => {
    this.#message = null;
    if (document.activeElement === document.body) scrollOf(this.#room.page)?.focus({ preventScroll: true }); // The remove button is gone.
  };

  async #remove() {
    const message = this.#message;
    if (!message || this.#isBusy) return;
    this.#say('');
    this.#show(true);
    try {
      await fetchJson(this.#url, { timeout: TIMEOUT, form: this.#room.form, fields: { messageId: message.dataset.messageId ?? '' } });
      this.#room.log.add([toRemovedMessage(message, Number(this.#room.me))]);
    } catch (error) {
      this.#fail(message, error);
    } finally {
      this.#show(false);
    }
  }

  /** @param {HTMLElement} message @param {unknown} error */
  #fail(message, error) {
    if (message.dataset.removed === 'true') return; // The response was lost, but a poll has reported the removal.
    const { failed = '', offline = '' } = this.#dialog.dataset;
    const sentence = error instanceof HttpError ? error.detail || failed : navigator.onLine ? failed : offline;
    if (!this.#dialog.open) return this.#room.showNotice(sentence);
    keepFocus(() => { this.#confirm.hidden = error instanceof HttpError && error.isFinal; }, this.#keep);
    this.#say(sentence);
  }

  /** @param {boolean} busy */
  #show(busy) {
    this.#isBusy = busy;
    this.#confirm.setAttribute('aria-disabled', String(busy));
    this.#confirm.textContent = busy ? this.#dialog.dataset.removing ?? '' : this.#name;
  }

  #close() { if (!this.#isBusy) this.#dialog.close(); }

  /** @param {string} sentence */
  #say(sentence) { this.#write('[data-removal-error]', sentence).hidden = !sentence; }

  /** @param {string} selector @param {string} text */
  #write(selector, text) {
    const element = /** @type {HTMLElement} */ (this.#dialog.querySelector(selector));
    element.textContent = text;
    return element;
  }
}

/** @param {Element} element */
const messageOf = element => /** @type {HTMLElement} */ (element.closest('.message'));

/** @param {ParentNode} page @returns {HTMLElement | null} */
const scrollOf = page => page.querySelector('[data-scroll]');

/** @param {HTMLElement} message */
const sentAt = message => new Date(message.querySelector('time')?.dateTime ?? 0).getTime();

/** Changes the element only if it differs. @param {HTMLAnchorElement} control @param {boolean} open @param {string} href */
function show(control, open, href) {
  if (open && control.getAttribute('href') !== href) control.setAttribute('href', href);
  if (control.hidden === open) control.hidden = !open;
}

/**
 * Returns the removed message in the form in which polls will report it.
 * @param {HTMLElement} message
 * @param {number} me
 * @returns {import('/js/message-list.js').Message}
 */
const toRemovedMessage = ({ dataset: { messageId, clientId = '' } }, me) =>
  ({ id: Number(messageId), clientId, senderId: me, mine: true, payload: '', sentAt: new Date().toISOString(), removed: true });

register(room => {
  const dialog = /** @type {HTMLDialogElement} */ (room.page.querySelector('[data-removal-dialog]'));
  const messages = /** @type {HTMLElement} */ (room.page.querySelector('[data-messages]'));
  const url = `${room.url}/remove`;
  const { removalWindow, now } = dialog.dataset;
  const controls = new RemoveButtons(messages, url, { removalWindow: Number(removalWindow), now: Number(now) });
  const removalDialog = new RemovalDialog(dialog, room, url);
  new LongPressHandler(messages);
  messages.addEventListener('click', event => {
    const control = event.target instanceof Element ? event.target.closest('[data-remove]') : null;
    if (!control || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    removalDialog.open(messageOf(control));
  });
  room.log.on('rendered', ({ element }) => {
    controls.scheduleRefresh();
    if (element.dataset.removed === 'true') removalDialog.settle(element);
  });
});
