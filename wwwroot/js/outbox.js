// @ts-check
import { HttpError, fetchJson } from './http.js';
import { backoff } from './backoff.js';
import { TypedEventTarget } from './typed-events.js';

/**
 * @typedef {{ clientId: string, payload: string, writtenAt: number, refused?: string, kind?: string, photos?: import('./message-list.js').PhotoSize[] }} PendingMessage
 *   refused: why the server will not take it, as a sentence for the person ('' where it gave none); kind: of what is more than words
 * @typedef {(pending: PendingMessage, signal: AbortSignal) => Promise<{ body: unknown }>} Transport
 *   brings a message to the server, the same one as often as it takes; answers with the stored message, and fails as `fetchJson` does
 * @typedef {{ pending: PendingMessage }} About
 * @typedef {{
 *   sent: { pending: PendingMessage, message: import('./message-list.js').Message }, refused: About, retrying: About, delayed: About,
 *   'signed-out': About, 'removed-elsewhere': About, removed: About,
 * }} OutboxEvents
 *   retrying, delayed: an attempt failed and there will be another; `delayed` from the third failure in a row on; removed-elsewhere: discarded or
 *   sent in another tab; removed: not kept any more, whatever the reason
 */

const TIMEOUT = 15_000;
const FAILURES_BEFORE_WARNING = 3;

/**
 * What has been written in a room and is not yet known to be stored. Kept in local storage, a key for each message, so that neither a
 * reload nor a dead battery loses any and two tabs do not overwrite each other. Messages go out one after the other, in the order they
 * were written; the same message may go out twice, and its client id makes the server store it once.
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
  /** @type {AbortController | null} */ #attempt = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /** @param {{ owner: string, room: string, form: HTMLFormElement, storage?: Storage | null }} options */
  constructor({ owner, room, form, storage = openStorage() }) {
    super();
    this.#prefix = `outbox:${owner}:${room}:`;
    this.#url = form.action;
    this.#form = form;
    this.#storage = storage;
    this.#pending = this.#load();
    addEventListener('online', this.#onOnline);
    addEventListener('storage', this.#onStorage);
  }

  get pending() { return [...this.#pending]; }

  /** Says how messages of a kind travel. One whose kind nobody carries is refused, and stays. @param {string} kind @param {Transport} transport */
  registerTransport(kind, transport) { this.#transports.set(kind, transport); }

  /** @param {string} payload @param {Partial<PendingMessage>} more @returns {PendingMessage} */
  write(payload, more = {}) {
    const last = this.#pending.at(-1)?.writtenAt ?? 0;
    const pending = { clientId: newClientId(), payload, writtenAt: Math.max(Date.now(), last + 1), ...more };
    this.#pending.push(pending);
    this.#save(pending);
    void this.flush();
    return pending;
  }

  /** Tries a message again, now; also after the session expired, as one may have signed in again in another tab. @param {string} clientId */
  retry(clientId) {
    const pending = this.#find(clientId);
    if (!pending) return;
    delete pending.refused;
    this.#stopped = false;
    this.#save(pending);
    void this.#resetAndFlush();
  }

  /** Forgets a pending: it was deleted, or has been seen among the stored messages. @param {string} clientId */
  discard(clientId) {
    if (this.#pending[0]?.clientId === clientId) this.#failures = 0; // They were this message's.
    this.#remove(clientId);
    try {
      this.#storage?.removeItem(this.#prefix + clientId);
    } catch {
      // What may not be touched was not written either.
    }
  }

  #resetAndFlush = () => {
    this.#failures = 0;
    return this.flush();
  };

  /** Sends what waits, now. */
  flush = async () => {
    clearTimeout(this.#timer);
    if (this.#busy || this.#stopped) return;
    this.#busy = true;
    try {
      for (let pending = this.#next(); pending; pending = this.#next()) {
        if (!(await this.#send(pending))) break;
      }
    } finally {
      this.#busy = false;
    }
  };

  /** @param {PendingMessage} pending @returns {Promise<boolean>} whether to go on with the next */
  async #send(pending) {
    const { signal } = (this.#attempt = new AbortController());
    try {
      const { body } = await this.#transportOf(pending)(pending, signal);
      this.#failures = 0;
      this.discard(pending.clientId);
      this.emit('sent', { pending, message: /** @type {import('./message-list.js').Message} */ (body) });
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
    if (!this.#find(pending.clientId)) return true; // Deleted, or seen as stored, while it was on its way.
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
    if (navigator.onLine) this.#failures++; // Offline nothing is tried, so nothing has failed.
    this.emit(this.#failures >= FAILURES_BEFORE_WARNING ? 'delayed' : 'retrying', { pending });
    this.#timer = setTimeout(this.flush, backoff(this.#failures, error instanceof HttpError ? error.retryAfter : 0));
    return false;
  }

  /** An attempt from before the connection broke may never be answered: it is given up, and the same message goes out anew. */
  #onOnline = () => {
    this.#attempt?.abort();
    void this.#resetAndFlush();
  };

  #onStorage = (/** @type {StorageEvent} */ { key, newValue }) => {
    if (newValue !== null || !key?.startsWith(this.#prefix)) return;
    const pending = this.#find(key.slice(this.#prefix.length));
    if (!pending) return;
    this.#remove(pending.clientId);
    this.emit('removed-elsewhere', { pending });
  };

  /** @param {string} clientId */
  #remove(clientId) {
    const pending = this.#find(clientId);
    this.#pending = this.#pending.filter(other => other !== pending);
    if (pending) this.emit('removed', { pending });
  }

  #next() { return this.#pending.find(pending => pending.refused === undefined); }

  /** @param {string} clientId */
  #find(clientId) { return this.#pending.find(pending => pending.clientId === clientId); }

  /** @param {PendingMessage} pending */
  #save(pending) {
    try {
      this.#storage?.setItem(this.#prefix + pending.clientId, JSON.stringify(pending));
    } catch {
      // No room or no permission: it is still sent from memory.
    }
  }

  /** @returns {PendingMessage[]} */
  #load() {
    return Object.keys(this.#storage ?? {})
      .filter(key => key.startsWith(this.#prefix))
      .map(key => this.#read(key))
      .filter(pending => pending?.clientId && typeof pending.payload === 'string')
      .sort((a, b) => a.writtenAt - b.writtenAt);
  }

  /** @param {string} key */
  #read(key) {
    try {
      return JSON.parse(this.#storage?.getItem(key) ?? 'null');
    } catch {
      return null; // Spoilt, or forbidden: no reason to leave the others unsent.
    }
  }
}

/** @type {Transport} */
const refuse = () => Promise.reject(new HttpError(400, '', 0));

/** Null where the browser forbids it: then messages live as long as the page. */
function openStorage() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/** A random UUID (RFC 9562, version 4); crypto.randomUUID is for secure contexts only, and a phone in the same Wi-Fi is none. */
export function newClientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5'); // Two digits are fixed: the version, 4, and the variant.
}
