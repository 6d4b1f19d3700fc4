// @ts-check
import { HttpError, fetchJson, upload } from '/js/http.js';

const STALL_TIMEOUT = 30_000;
const MAX_ROUNDS = 3;
const MAX_RETRY_AFTER = 60_000;

/**
 * Uploads the photos of a message one after another, and then posts the message. The server reports which photos are missing, so an upload
 * can be resumed after a lost connection, also in another tab.
 */
export class PhotoUploads {
  #room;
  #store;
  #grids;
  /** @type {Set<string>} */ #new = new Set();

  /**
   * @param {import('/js/room-extensions.js').OpenRoom} room
   * @param {import('./pending-photo-store.js').PendingPhotoStore} store
   * @param {import('./photo-grids.js').PhotoGrids} grids
   */
  constructor(room, store, grids) {
    this.#room = room;
    this.#store = store;
    this.#grids = grids;
  }

  /** Marks a new message, whose photos the server does not have yet, so that no request for the missing ones is needed. @param {string} clientId */
  expect(clientId) { this.#new.add(clientId); }

  /** @type {import('/js/outbox.js').Transport} */
  send = async ({ clientId, photos }, signal) => {
    const files = await this.#store.get(clientId);
    signal.throwIfAborted(); // The message was deleted while its photos were read.
    return this.#uploadAll(clientId, /** @type {unknown[]} */ (photos).length, files, signal);
  };

  /** @param {string} clientId @param {number} count @param {Blob[] | undefined} files @param {AbortSignal} signal */
  async #uploadAll(clientId, count, files, signal) {
    const all = Array.from({ length: count }, (_, index) => index + 1);
    let missing = this.#new.delete(clientId) ? all : [];
    for (let round = 0; round <= MAX_ROUNDS; round++) {
      for (const number of missing) await retryWhenRateLimited(signal, () => this.#uploadOne(clientId, number, files?.[number - 1], signal));
      const { status, body } = await retryWhenRateLimited(signal, () => this.#finish(clientId, count, signal));
      if (status !== 202) return { body };
      ({ missing } = /** @type {{ missing: number[] }} */ (body));
      for (const number of all) this.#grids.showProgress(clientId, number, missing.includes(number) ? 0 : 1);
    }
    throw new HttpError(503, '', 0); // The server accepts photos but does not store them.
  }

  /** @param {string} clientId @param {number} number @param {Blob | undefined} photo @param {AbortSignal} signal */
  async #uploadOne(clientId, number, photo, signal) {
    if (!photo) throw new HttpError(400, this.#grids.lost, 0);
    await upload(`${this.#room.url}/photos/uploads`, {
      stallTimeout: STALL_TIMEOUT, signal, form: this.#room.form, fields: { clientId, number: String(number), photo },
      onProgress: part => this.#grids.showProgress(clientId, number, part),
    });
    this.#grids.showProgress(clientId, number, 1);
  }

  /** @param {string} clientId @param {number} count @param {AbortSignal} signal */
  #finish(clientId, count, signal) {
    const fields = { clientId, count: String(count) };
    return fetchJson(`${this.#room.url}/photos/uploads?handler=Send`, { timeout: STALL_TIMEOUT, signal, form: this.#room.form, fields });
  }
}

/**
 * Waits and tries again after a 429 with a short `Retry-After`, which does not count as a failure.
 * @template T
 * @param {AbortSignal} signal
 * @param {() => Promise<T>} attempt
 */
async function retryWhenRateLimited(signal, attempt) {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof HttpError) || error.status !== 429 || !error.retryAfter || error.retryAfter > MAX_RETRY_AFTER) throw error;
      await pause(error.retryAfter, signal);
    }
  }
}

/** @param {number} milliseconds @param {AbortSignal} signal @returns {Promise<void>} */
function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
