// @ts-check
import { HttpError, fetchJson } from './http.js';
import { backoff } from './backoff.js';
import { TypedEventTarget } from './typed-events.js';

/**
 * @typedef {{ clientId: string, payload: string, writtenAt: number, refused?: string, kind?: string, [content: string]: unknown }} PendingMessage
 *   refused: the localized reason why the server has rejected the message ('' if it gave none); kind: the kind of message, if not text
 * @typedef {(pending: PendingMessage, signal: AbortSignal) => Promise<{ body: unknown }>} Transport
 *   sends a message to the server, idempotently; resolves to the stored message, and rejects with the errors of `fetchJson`
 * @typedef {{ pending: PendingMessage }} About
 * @typedef {{
 *   sent: { pending: PendingMessage, message: import('./message-list.js').Message }, refused: About, retrying: About, delayed: About,
 *   'signed-out': About, 'removed-elsewhere': About, removed: About, 'not-saved': About,
 * }} OutboxEvents
 *   retrying, delayed: the message waits for the connection, or an attempt has failed and will be repeated, `delayed` from the third failure
 *   in a row; removed-elsewhere: the message was discarded or sent in another tab; removed: the message has left the outbox for any reason;
 *   not-saved: the browser has refused to store the message, which a reload would lose
 */

const TIMEOUT = 15_000;
const FAILURES_BEFORE_WARNING = 3;
const MINUTE = 60_000;

/**
 * The messages of a room that are not known to be stored. They are saved in local storage with a key for each message, so that a reload or
 * a dead battery loses none, and two tabs do not overwrite each other. Messages are sent one at a time in the order in which they were
 * written, and only while the browser is online. A message may be sent twice; the server stores it once, by its client id.
 * @extends {TypedEventTarget<OutboxEvents>}
 */
export class Outbox extends TypedEventTarget {
  #prefix;
  #url;
  #form;
  #storage;
  /** @type {PendingMessage[]} */ #pending = [];
  /** @type {Map<string, Transport>} */ #transports = new Map();
  #failures = 0;
  #busy = false;
  #stopped = false;
  /** @type {{ clientId: string, controller: AbortController } | null} */ #attempt = null;
  /** @type {Set<string>} */ #saved = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /** @param {{ owner: string, room: string, form: HTMLFormElement, storage?: Storage | null }} options */
  constructor({ owner, room, form, storage = openStorage() }) {
    super();
    this.#prefix = `outbox:${owner}:${room}:`;
    this.#url = form.action;
    this.#form = form;
    this.#storage = storage;
    this.#pending = this.#load();
    this.#saved = new Set(this.#pending.map(({ clientId }) => clientId));
    addEventListener('online', this.#onOnline);
    addEventListener('storage', this.#onStorage);
    addEventListener('pageshow', this.#onPageShow);
  }

  get pending() { return [...this.#pending]; }

  /**
   * Registers the transport for a kind of message. A message without a transport is refused, and stays in the outbox.
   * @param {string} kind
   * @param {Transport} transport
   */
  registerTransport(kind, transport) { this.#transports.set(kind, transport); }

  /** Adds a message and sends it. @param {string} payload @param {Partial<PendingMessage>} more @returns {PendingMessage} */
  write(payload, more = {}) {
    const last = this.#pending.at(-1)?.writtenAt ?? 0;
    const pending = { clientId: newClientId(), payload, writtenAt: Math.max(Date.now(), last + 1), ...more };
    this.#pending.push(pending);
    this.#save(pending);
    void this.flush();
    return pending;
  }

  /** Sends a message again, also after the session has expired, because the user may have signed in again in another tab. @param {string} clientId */
  retry(clientId) {
    const pending = this.#find(clientId);
    if (!pending) return;
    delete pending.refused;
    this.#save(pending);
    this.resume();
  }

  /** Sends all waiting messages now, also after the session has expired. */
  resume() {
    this.#stopped = false;
    void this.#resetAndFlush();
  }

  /** Removes a message that the user has deleted, or that is known to be stored, and stops its attempt. @param {string} clientId */
  discard(clientId) {
    if (this.#pending[0]?.clientId === clientId) this.#failures = 0; // The failures were those of this message.
    this.#remove(clientId);
    try {
      this.#storage?.removeItem(this.#prefix + clientId);
    } catch {
      // Storage is forbidden, so nothing was saved.
    }
    dispatchEvent(new Event('unsent'));
  }

  #resetAndFlush = () => {
    this.#failures = 0;
    return this.flush();
  };

  /** Sends all waiting messages. */
  flush = async () => {
    clearTimeout(this.#timer);
    if (this.#busy || this.#stopped) return;
    this.#busy = true;
    try {
      for (let pending = this.#next(); pending; pending = this.#next()) {
        if (!navigator.onLine) this.emit('retrying', { pending });
        if (!navigator.onLine || !(await this.#send(pending))) break;
      }
    } finally {
      this.#busy = false;
    }
  };

  /** @param {PendingMessage} pending @returns {Promise<boolean>} whether to continue with the next message */
  async #send(pending) {
    const controller = new AbortController();
    this.#attempt = { clientId: pending.clientId, controller };
    const { signal } = controller;
    try {
      const { body } = await this.#transportOf(pending)(pending, signal);
      if (signal.aborted) return true;
      this.#attempt = null;
      const message = toMessage(body);
      this.#failures = 0;
      this.discard(pending.clientId);
      this.emit('sent', { pending, message });
      return true;
    } catch (error) {
      return signal.aborted || this.#handleFailure(pending, error);
    }
  }

  /** @param {PendingMessage} pending @returns {Transport} */
  #transportOf({ kind }) { return kind === undefined ? this.#post : this.#transports.get(kind) ?? refuse; }

  /** @type {Transport} */
  #post = ({ clientId, payload }, signal) => fetchJson(this.#url, { timeout: TIMEOUT, signal, form: this.#form, fields: { clientId, payload } });

  /** @param {PendingMessage} pending @param {unknown} error */
  #handleFailure(pending, error) {
    if (!this.#find(pending.clientId)) return true; // Deleted, or known to be stored, meanwhile.
    if (error instanceof HttpError && error.isFinal) {
      pending.refused = error.detail;
      this.#save(pending);
      this.emit('refused', { pending });
      return true;
    }
    if (error instanceof HttpError && error.isSignedOut) {
      this.#stopped = true;
      this.emit('signed-out', { pending });
      return false;
    }
    if (navigator.onLine) this.#failures++; // A failure while offline tells nothing about the server.
    this.emit(this.#failures >= FAILURES_BEFORE_WARNING ? 'delayed' : 'retrying', { pending });
    if (navigator.onLine) this.#timer = setTimeout(this.flush, backoff(this.#failures, error instanceof HttpError ? error.retryAfter : 0));
    return false;
  }

  /** A request sent before the connection broke may never get a response, so it is aborted and the message is sent again. */
  #onOnline = () => {
    this.#attempt?.controller.abort();
    void this.#resetAndFlush();
  };

  #onStorage = (/** @type {StorageEvent} */ { key, newValue }) => {
    if (newValue === null && key?.startsWith(this.#prefix)) this.#removeElsewhere(key.slice(this.#prefix.length));
  };

  /** A page in the back/forward cache receives no storage events. */
  #onPageShow = (/** @type {PageTransitionEvent} */ { persisted }) => {
    if (!persisted) return;
    for (const clientId of this.#saved) if (this.#storage?.getItem(this.#prefix + clientId) === null) this.#removeElsewhere(clientId);
  };

  /** @param {string} clientId */
  #removeElsewhere(clientId) {
    const pending = this.#find(clientId);
    this.#remove(clientId);
    if (pending) this.emit('removed-elsewhere', { pending });
  }

  /** @param {string} clientId */
  #remove(clientId) {
    const pending = this.#find(clientId);
    this.#saved.delete(clientId);
    this.#pending = this.#pending.filter(other => other !== pending);
    if (this.#attempt?.clientId === clientId) this.#attempt.controller.abort();
    if (pending) this.emit('removed', { pending });
  }

  #next() { return this.#pending.find(pending => pending.refused === undefined); }

  /** @param {string} clientId */
  #find(clientId) { return this.#pending.find(pending => pending.clientId === clientId); }

  /** @param {PendingMessage} pending */
  #save(pending) {
    try {
      this.#storage?.setItem(this.#prefix + pending.clientId, JSON.stringify(pending));
      this.#saved.add(pending.clientId);
    } catch {
      // Storage is full or forbidden: the message is sent from memory.
      this.emit('not-saved', { pending });
    }
    dispatchEvent(new Event('unsent'));
  }

  /** @returns {PendingMessage[]} */
  #load() {
    return storedMessages(this.#storage, this.#prefix)
      .flatMap(({ key, pending }) => {
        if (!pending) this.#storage?.removeItem(key);
        return pending ?? [];
      })
      .sort((a, b) => a.writtenAt - b.writtenAt);
  }
}

/**
 * The ids of the rooms in which messages of the user wait in this browser that the server has refused, or that were written over a minute ago.
 * @param {string} owner the user's id @param {Storage | null} storage
 */
export function unsentRooms(owner, storage = openStorage()) {
  const prefix = `outbox:${owner}:`;
  const unsent = storedMessages(storage, prefix).filter(({ pending }) => pending && (pending.refused !== undefined || Date.now() - pending.writtenAt > MINUTE));
  return new Set(unsent.map(({ key }) => key.slice(prefix.length).split(':')[0] ?? ''));
}

/** @param {Storage | null} storage @param {string} prefix @returns {{ key: string, pending: PendingMessage | null }[]} null for what is no message */
function storedMessages(storage, prefix) {
  return Object.keys(storage ?? {}).filter(key => key.startsWith(prefix)).map(key => {
    try {
      const value = JSON.parse(storage?.getItem(key) ?? 'null');
      return { key, pending: isPendingMessage(value) && key.endsWith(`:${value.clientId}`) ? value : null };
    } catch {
      return { key, pending: null };
    }
  });
}

/** Whether a stored value is a message: what the device has stored is input like any other. @param {unknown} value @returns {value is PendingMessage} */
function isPendingMessage(value) {
  const { clientId, payload, writtenAt, refused, kind } = /** @type {Partial<Record<keyof PendingMessage, unknown>>} */ (value ?? {});
  return typeof clientId === 'string' && clientId !== '' && typeof payload === 'string'
    && typeof writtenAt === 'number' && !Number.isNaN(new Date(writtenAt).getTime())
    && ['undefined', 'string'].includes(typeof refused) && ['undefined', 'string'].includes(typeof kind);
}

/**
 * Checks that a response is the stored message: a network with a sign-in page of its own may answer in the server's place.
 * @param {unknown} body @returns {import('./message-list.js').Message}
 */
function toMessage(body) {
  const message = /** @type {import('./message-list.js').Message | null} */ (body);
  if (typeof message?.id !== 'number') throw new TypeError('The response is not a message.');
  return message;
}

/** @type {Transport} */
const refuse = () => Promise.reject(new HttpError(400, '', 0));

/** Returns null if the browser forbids local storage; then messages are lost with the page. */
function openStorage() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/** Creates a random UUID (RFC 9562, version 4). crypto.randomUUID needs a secure context, which a phone that opens the page by IP address lacks. */
export function newClientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5'); // The version, 4, and the variant are fixed.
}
