// @ts-check
import { HttpError, ask } from './http.js';
import { backoff } from './backoff.js';
import { TypedEventTarget } from './typed-events.js';

/**
 * @typedef {{ clientId: string, payload: string, writtenAt: number, refused?: string, kind?: string, photos?: import('./message-log.js').PhotoSize[] }} Letter
 *   refused: why the server will not take it, as a sentence for the person ('' where it gave none); kind: of what is more than words
 * @typedef {(letter: Letter, signal: AbortSignal) => Promise<{ body: unknown }>} Carrier
 *   brings a letter to the server, the same one as often as it takes; answers with the stored message, and fails as `ask` does
 * @typedef {{ letter: Letter }} About
 * @typedef {{
 *   sent: { letter: Letter, message: import('./message-log.js').Message }, refused: About, waiting: About, told: About,
 *   'signed-out': About, gone: About, dropped: About,
 * }} OutboxEvents
 *   waiting, told: tried in vain, and still being tried; told from the third time on; gone: deleted or sent in another tab; dropped: forgotten,
 *   for whatever reason
 */

const TIMEOUT = 15_000;
const FAILURES_BEFORE_TOLD = 3;

/**
 * What has been written in a room and is not yet known to be stored. Kept in local storage, a key for each letter, so that neither a
 * reload nor a dead battery loses any and two tabs do not overwrite each other. Letters go out one after the other, in the order they
 * were written; the same letter may go out twice, and its client id makes the server store it once.
 * @extends {TypedEventTarget<OutboxEvents>}
 */
export class Outbox extends TypedEventTarget {
  #prefix;
  #url;
  #form;
  #storage;
  /** @type {Letter[]} */ #letters = [];
  /** @type {Map<string, Carrier>} */ #carriers = new Map();
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
    this.#letters = this.#load();
    addEventListener('online', this.#onOnline);
    addEventListener('storage', this.#onStorage);
  }

  get letters() { return [...this.#letters]; }

  /** Says how letters of a kind travel. One whose kind nobody carries is refused, and stays. @param {string} kind @param {Carrier} carrier */
  carry(kind, carrier) { this.#carriers.set(kind, carrier); }

  /** @param {string} payload @param {Partial<Letter>} more @returns {Letter} */
  write(payload, more = {}) {
    const last = this.#letters.at(-1)?.writtenAt ?? 0;
    const letter = { clientId: newClientId(), payload, writtenAt: Math.max(Date.now(), last + 1), ...more };
    this.#letters.push(letter);
    this.#save(letter);
    void this.flush();
    return letter;
  }

  /** Tries a letter again, now; also after the session expired, as one may have signed in again in another tab. @param {string} clientId */
  retry(clientId) {
    const letter = this.#find(clientId);
    if (!letter) return;
    delete letter.refused;
    this.#stopped = false;
    this.#save(letter);
    void this.#startAfresh();
  }

  /** Forgets a letter: it was deleted, or has been seen among the stored messages. @param {string} clientId */
  discard(clientId) {
    if (this.#letters[0]?.clientId === clientId) this.#failures = 0; // They were this letter's.
    this.#drop(clientId);
    try {
      this.#storage?.removeItem(this.#prefix + clientId);
    } catch {
      // What may not be touched was not written either.
    }
  }

  #startAfresh = () => {
    this.#failures = 0;
    return this.flush();
  };

  /** Sends what waits, now. */
  flush = async () => {
    clearTimeout(this.#timer);
    if (this.#busy || this.#stopped) return;
    this.#busy = true;
    try {
      for (let letter = this.#next(); letter; letter = this.#next()) {
        if (!(await this.#send(letter))) break;
      }
    } finally {
      this.#busy = false;
    }
  };

  /** @param {Letter} letter @returns {Promise<boolean>} whether to go on with the next */
  async #send(letter) {
    const { signal } = (this.#attempt = new AbortController());
    try {
      const { body } = await this.#carrierOf(letter)(letter, signal);
      this.#failures = 0;
      this.discard(letter.clientId);
      this.emit('sent', { letter, message: /** @type {import('./message-log.js').Message} */ (body) });
      return true;
    } catch (error) {
      return signal.aborted || this.#stumble(letter, error);
    }
  }

  /** @param {Letter} letter @returns {Carrier} */
  #carrierOf({ kind }) { return kind === undefined ? this.#post : this.#carriers.get(kind) ?? refuse; }

  /** @type {Carrier} */
  #post = ({ clientId, payload }, signal) => ask(this.#url, { timeout: TIMEOUT, signal, form: this.#form, fields: { clientId, payload } });

  /** @param {Letter} letter @param {unknown} error */
  #stumble(letter, error) {
    if (!this.#find(letter.clientId)) return true; // Deleted, or seen as stored, while it was on its way.
    if (error instanceof HttpError && error.isFinal) {
      letter.refused = error.detail;
      this.#save(letter);
      this.emit('refused', { letter });
      return true;
    }
    if (error instanceof HttpError && error.isSignedOut) {
      this.#stopped = true;
      this.emit('signed-out', { letter });
      return false;
    }
    if (navigator.onLine) this.#failures++; // Offline nothing is tried, so nothing has failed.
    this.emit(this.#failures >= FAILURES_BEFORE_TOLD ? 'told' : 'waiting', { letter });
    this.#timer = setTimeout(this.flush, backoff(this.#failures, error instanceof HttpError ? error.retryAfter : 0));
    return false;
  }

  /** An attempt from before the connection broke may never be answered: it is given up, and the same letter goes out anew. */
  #onOnline = () => {
    this.#attempt?.abort();
    void this.#startAfresh();
  };

  #onStorage = (/** @type {StorageEvent} */ { key, newValue }) => {
    if (newValue !== null || !key?.startsWith(this.#prefix)) return;
    const letter = this.#find(key.slice(this.#prefix.length));
    if (!letter) return;
    this.#drop(letter.clientId);
    this.emit('gone', { letter });
  };

  /** @param {string} clientId */
  #drop(clientId) {
    const letter = this.#find(clientId);
    this.#letters = this.#letters.filter(other => other !== letter);
    if (letter) this.emit('dropped', { letter });
  }

  #next() { return this.#letters.find(letter => letter.refused === undefined); }

  /** @param {string} clientId */
  #find(clientId) { return this.#letters.find(letter => letter.clientId === clientId); }

  /** @param {Letter} letter */
  #save(letter) {
    try {
      this.#storage?.setItem(this.#prefix + letter.clientId, JSON.stringify(letter));
    } catch {
      // No room or no permission: it is still sent from memory.
    }
  }

  /** @returns {Letter[]} */
  #load() {
    return Object.keys(this.#storage ?? {})
      .filter(key => key.startsWith(this.#prefix))
      .map(key => this.#read(key))
      .filter(letter => letter?.clientId && typeof letter.payload === 'string')
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

/** @type {Carrier} */
const refuse = () => Promise.reject(new HttpError(400, '', 0));

/** Null where the browser forbids it: then letters live as long as the page. */
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
