// @ts-check
import { hasAttention, onAttention } from './attention.js';
import { keepFocus } from './focus.js';
import { MessageElements } from './message-element.js';
import { MessageLayout } from './message-layout.js';
import { TypedEventTarget } from './typed-events.js';

/**
 * @typedef {{
 *   id: number, clientId: string, senderId: number, mine: boolean, payload: string, sentAt: string, removed?: boolean, kind?: string, [content: string]: unknown,
 * }} Message
 * @typedef {import('./outbox.js').PendingMessage} PendingMessage
 * @typedef {import('./message-element.js').Labels} Labels
 * @typedef {{
 *   older: null, newer: null, end: null, seen: { id: number }, retry: { clientId: string }, discard: { clientId: string },
 *   rendered: { element: HTMLElement, message: Message | PendingMessage },
 * }} LogEvents
 *   older, newer: the user has scrolled near the first or the last message on the page; end: the user has scrolled to the newest message;
 *   seen: a message of the counterpart has been on screen while the user looked at the page; rendered: a message has been added to the page, confirmed as stored, or updated
 */

const NEAR_END = 100;
const NEAR_EDGE = 600;
const MAX_MESSAGES = 300;
const KEPT_WHEN_TRIMMED = 200;
const LIVE_REGION_MUTE = 500;

/**
 * The list of messages on the page, ordered by id without duplicates; the user's unsent messages come last. The list is bounded: older and
 * newer messages are fetched when the user scrolls. Changes do not move the messages that the user is reading; at the end the list
 * follows the newest message. MessageElements creates the elements, MessageLayout adds the day labels and groups the messages.
 * @extends {TypedEventTarget<LogEvents>}
 */
export class MessageList extends TypedEventTarget {
  #log;
  #scroll;
  #elements;
  #layout;
  /** @type {Map<number, HTMLElement>} */ #byId = new Map();
  /** @type {Map<string, HTMLElement>} */ #byClientId = new Map();
  /** @type {Message[]} */ #deferred = [];
  /** @type {Set<number>} */ #removed = new Set(); // A page of history requested before the removal may still contain their text.
  #observer;
  #seenUpTo = 0;
  #subpixelRemainder = 0; // scrollTop is rounded to whole pixels; the errors must not add up.
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #unmuteTimer;

  /** Whether there are older (newer) messages that are not on the page. */
  hasOlder;
  hasNewer;

  /**
   * @param {HTMLElement} log
   * @param {HTMLElement} scroll the scroll container of the log
   * @param {{ mine: HTMLTemplateElement, theirs: HTMLTemplateElement, day: HTMLTemplateElement }} templates
   * @param {{ hasOlder: boolean, hasNewer: boolean }} beyond
   * @param {Labels} labels
   */
  constructor(log, scroll, templates, { hasOlder, hasNewer }, labels = {}) {
    super();
    this.#log = log;
    this.#scroll = scroll;
    this.#elements = new MessageElements(templates, labels);
    this.#layout = new MessageLayout(log, templates.day);
    this.hasOlder = hasOlder;
    this.hasNewer = hasNewer;
    this.#observer = new IntersectionObserver(this.#onSeen, { root: scroll, threshold: 0.5 });
    for (const element of this.#layout.messages) this.#register(element);
    this.#seenUpTo = this.newestId;
    this.#layout.update();
    this.#scroll.addEventListener('scroll', this.#onScroll, { passive: true });
    this.#log.addEventListener('click', this.#onClick);
  }

  get isAtEnd() { return !this.hasNewer && this.#distanceToEnd() <= NEAR_END; }
  get isEmpty() { return this.#layout.messages.length === 0; }
  get oldestId() { return Math.min(...this.#byId.keys()); }
  get newestId() { return Math.max(0, ...this.#byId.keys()); }

  /**
   * Adds messages from the server. A message that is on the page already is updated, for example as removed; a pending message is
   * confirmed in place. If newer messages than those on the page have not been fetched, new messages are deferred until the user has
   * scrolled there.
   * @param {Message[]} messages
   * @returns {Message[]} the messages that were not on the page
   */
  add(messages) {
    const unknown = messages.filter(message => !message.removed && !this.#byId.has(message.id) && !this.#pendingFor(message));
    for (const message of messages) if (message.removed) this.#removed.add(message.id);
    this.#change(() => {
      for (const message of messages) this.#upsert(message);
    });
    return unknown;
  }

  /** Adds a page of older messages, without announcing it to screen readers. @param {Message[]} messages @param {boolean} hasOlder */
  addOlder(messages, hasOlder) {
    this.#muteLiveRegion();
    this.#change(() => {
      this.hasOlder = hasOlder;
      for (const message of messages) this.#insert(message);
    });
  }

  /** Adds the page of newer messages that follows, without announcing it to screen readers. @param {Message[]} messages @param {boolean} hasNewer */
  addNewer(messages, hasNewer) {
    this.#muteLiveRegion();
    this.#change(() => {
      this.hasNewer = hasNewer;
      for (const message of messages) this.#insert(message);
      if (!hasNewer) this.#flushDeferred();
    });
  }

  /** Replaces all messages by the newest page, without announcing it to screen readers. @param {Message[]} messages @param {boolean} hasOlder */
  restart(messages, hasOlder) {
    this.#muteLiveRegion();
    keepFocus(() => {
      for (const element of this.#byId.values()) this.#remove(element);
      this.#byId.clear();
      this.hasOlder = hasOlder;
      this.hasNewer = false;
      for (const message of messages) this.#insert(message);
      this.#flushDeferred();
      this.#layout.update();
    }, this.#scroll);
    this.scrollToEnd();
  }

  /** Adds a message of the user before the server has stored it. @param {PendingMessage} message */
  addPending(message) {
    if (this.#byClientId.has(message.clientId)) return;
    const element = this.#elements.create(message);
    this.#byClientId.set(message.clientId, element);
    this.#log.append(element);
    this.emit('rendered', { element, message });
    this.#layout.update();
    this.scrollToEnd();
  }

  /**
   * Shows the state of a pending message.
   * @param {string} clientId @param {'sending' | 'failed'} state @param {string} note
   */
  mark(clientId, state, note) {
    const element = this.#byClientId.get(clientId);
    if (!element || element.dataset.messageId) return;
    this.#change(() => this.#elements.showState(element, state, note));
  }

  /** Removes a pending message from the page. @param {string} clientId */
  removePending(clientId) {
    const element = this.#byClientId.get(clientId);
    if (!element || element.dataset.messageId) return;
    this.#byClientId.delete(clientId);
    this.#change(() => element.remove());
  }

  scrollToEnd() { this.#scroll.scrollTop = 0; } // The container is a reversed column, so 0 is the end.

  /** @param {Element} element @param {ScrollLogicalPosition} block its position in the view */
  scrollTo(element, block = 'start') { element.scrollIntoView({ block }); }

  /** @param {Message} message */
  #upsert(message) {
    const known = this.#byId.get(message.id);
    if (known) return this.#update(known, message);
    const pending = this.#pendingFor(message);
    const isHistory = this.hasOlder && this.#byId.size > 0 && message.id < this.oldestId;
    if (isHistory) return pending && this.#remove(pending); // Older than the page: fetched again when the user scrolls there.
    if (!this.hasNewer || message.id <= this.newestId) return this.#insert(message);
    this.#deferred = [...this.#deferred.filter(deferred => deferred.id !== message.id), message];
    if (!pending) return;
    this.#elements.showState(pending, null, ''); // Stored, but the messages before it are not on the page yet.
    this.#update(pending, message);
  }

  /**
   * Inserts the deferred messages that the last fetched page does not contain, because it may have been read before they were stored.
   */
  #flushDeferred() {
    const { newestId } = this;
    for (const message of this.#deferred.splice(0)) if (message.id > newestId) this.#insert(message);
  }

  /** @param {Message} message */
  #insert(message) {
    if (this.#byId.has(message.id)) return;
    if (this.#removed.has(message.id)) message = { ...message, payload: '', kind: undefined, removed: true };
    const pending = this.#pendingFor(message);
    if (pending) return this.#confirm(pending, message);
    const element = this.#elements.create(message);
    this.#register(element);
    this.#log.insertBefore(element, this.#insertionPoint(message.id, element));
    this.emit('rendered', { element, message });
  }

  /** @param {HTMLElement} element @param {Message} message */
  #update(element, message) {
    if (!message.removed || element.dataset.removed === 'true') return; // Removal is the only change of a stored message, and it is final.
    this.#elements.render(element, message);
    this.emit('rendered', { element, message });
  }

  /** Client ids are unique per sender, so only the user's own messages are looked up. @param {Message} message */
  #pendingFor(message) { return message.mine ? this.#byClientId.get(message.clientId) : undefined; }

  /** Turns a pending message into the stored one. @param {HTMLElement} element @param {Message} message */
  #confirm(element, message) {
    this.#elements.confirm(element, message);
    this.#register(element);
    const next = this.#insertionPoint(message.id, element);
    if (element.nextElementSibling !== next) this.#log.insertBefore(element, next);
    this.emit('rendered', { element, message });
  }

  /**
   * Finds the element before which to insert a message: another message, or the label above it. Searches from the end, because most
   * messages are new.
   * @param {number} id @param {Element} self
   */
  #insertionPoint(id, self) {
    /** @type {Element | null} */ let next = null;
    for (let element = this.#log.lastElementChild; element; element = element.previousElementSibling) {
      if (element === self || !(element instanceof HTMLElement) || !element.classList.contains('message')) continue;
      if (element.dataset.messageId && Number(element.dataset.messageId) < id) break;
      next = element;
    }
    return next && this.#layout.topOf(next);
  }

  /** @param {HTMLElement} element */
  #register(element) {
    const id = Number(element.dataset.messageId);
    this.#byId.set(id, element);
    if (element.dataset.mine === 'true' && element.dataset.clientId) this.#byClientId.set(element.dataset.clientId, element);
    if (element.dataset.mine === 'false' && id > this.#seenUpTo) this.#observer.observe(endOf(element));
  }

  /**
   * Applies a change and restores the scroll position: the end if the list was at the end, otherwise the first message in view. If the
   * focused element is gone, such as the button to retry, the scroll container gets the focus.
   * @param {() => void} change
   */
  #change(change) {
    const wasAtEnd = this.isAtEnd;
    const anchor = wasAtEnd ? null : this.#firstInView();
    const top = (anchor?.getBoundingClientRect().top ?? 0) - this.#subpixelRemainder;
    keepFocus(() => {
      change();
      this.#trim(anchor);
      this.#layout.update();
    }, this.#scroll);
    if (wasAtEnd) this.scrollToEnd();
    else if (anchor?.isConnected) this.#scroll.scrollTop += anchor.getBoundingClientRect().top - top;
    this.#subpixelRemainder = !wasAtEnd && anchor?.isConnected ? anchor.getBoundingClientRect().top - top : 0;
  }

  /** Mutes the live region for a moment, because history must not be announced to screen readers. */
  #muteLiveRegion() {
    clearTimeout(this.#unmuteTimer);
    this.#log.setAttribute('aria-live', 'off');
    this.#unmuteTimer = setTimeout(() => this.#log.removeAttribute('aria-live'), LIVE_REGION_MUTE);
  }

  #firstInView() {
    const top = this.#scroll.getBoundingClientRect().top;
    return this.#layout.messages.find(message => message.getBoundingClientRect().bottom > top);
  }

  /**
   * Removes the messages farthest from the one that the user is reading if there are too many.
   * @param {HTMLElement | null | undefined} anchor the message that is being read, or null for the end
   */
  #trim(anchor) {
    const stored = this.#layout.messages.filter(message => message.dataset.messageId);
    if (stored.length <= MAX_MESSAGES) return;
    const anchorIndex = anchor ? stored.indexOf(anchor) : -1;
    const middle = anchorIndex < 0 ? stored.length : anchorIndex;
    const from = Math.min(Math.max(0, middle - KEPT_WHEN_TRIMMED / 2), stored.length - KEPT_WHEN_TRIMMED);
    const to = from + KEPT_WHEN_TRIMMED;
    for (const element of [...stored.slice(0, from), ...stored.slice(to)]) this.#remove(element);
    if (from > 0) this.hasOlder = true;
    if (to < stored.length) this.hasNewer = true;
  }

  /** @param {HTMLElement} element */
  #remove(element) {
    this.#observer.unobserve(endOf(element));
    this.#layout.removeDivider(element);
    this.#byId.delete(Number(element.dataset.messageId));
    this.#byClientId.delete(element.dataset.clientId ?? '');
    element.remove();
  }

  #distanceToEnd() { return Math.abs(this.#scroll.scrollTop); }

  #onScroll = () => {
    const { scrollHeight, clientHeight } = this.#scroll;
    const toEnd = this.#distanceToEnd();
    if (this.hasOlder && scrollHeight - clientHeight - toEnd < NEAR_EDGE) this.emit('older', null);
    if (this.hasNewer && toEnd < NEAR_EDGE) this.emit('newer', null);
    if (this.isAtEnd) this.emit('end', null);
  };

  /** @param {IntersectionObserverEntry[]} entries */
  #onSeen = entries => {
    if (!hasAttention()) {
      onAttention(() => entries.forEach(({ target }) => {
        this.#observer.unobserve(target); // Observing it again reports it again.
        if (target.isConnected) this.#observer.observe(target);
      }));
      return;
    }
    for (const { target, isIntersecting } of entries) {
      const message = target.closest('.message');
      if (!isIntersecting || !(message instanceof HTMLElement)) continue;
      this.#observer.unobserve(target);
      const id = Number(message.dataset.messageId);
      if (id <= this.#seenUpTo) continue;
      this.#seenUpTo = id;
      this.emit('seen', { id });
    }
  };

  /** @param {MouseEvent} event */
  #onClick = event => {
    const button = event.target instanceof Element ? event.target.closest('[data-retry], [data-discard]') : null;
    const message = button?.closest('.message');
    if (!(message instanceof HTMLElement)) return;
    const name = button?.matches('[data-retry]') ? 'retry' : 'discard';
    this.emit(name, { clientId: message.dataset.clientId ?? '' });
  };
}

/** The part of a message that must be on screen for it to count as read; half of a very long message would never be. @param {Element} element */
const endOf = element => element.querySelector('.message__meta') ?? element;
