// @ts-check
// Messages of photos in the open room: shown at once from what was picked, brought to the server one by one, kept until they are there.
import { HttpError, ask, upload } from '/js/http.js';
import { onRoom } from '/js/open-room.js';
import { newClientId } from '/js/outbox.js';

/**
 * @typedef {import('/js/open-room.js').OpenRoom} OpenRoom
 * @typedef {import('/js/outbox.js').Letter} Letter
 * @typedef {import('/js/message-log.js').Message} Message
 */

const KIND = 'photos';
const PATIENCE = 30_000; // For a photo that makes no progress.
const MOST_ROUNDS = 3;
const LONGEST_WAIT = 60_000;

onRoom(room => {
  const kept = new KeptPhotos(room);
  const grids = new Grids(room, kept);
  const uploads = new Uploads(room, kept, grids);

  room.outbox.carry(KIND, uploads.carry);
  room.outbox.addEventListener('dropped', event => {
    const { letter } = /** @type {CustomEvent<{ letter: Letter }>} */ (event).detail;
    if (letter.kind !== KIND) return;
    uploads.giveUp(letter.clientId);
    void kept.drop(letter.clientId);
    queueMicrotask(() => grids.forget(letter.clientId)); // By then it is gone from the page, if it is to go.
  });
  room.log.addEventListener('shown', event => {
    const { element, message } = /** @type {CustomEvent<{ element: HTMLElement, message: Message | Letter }>} */ (event).detail;
    grids.show(element, message);
  });
  room.page.addEventListener('photos', event => {
    const photos = /** @type {CustomEvent<import('/js/shrink-photo.js').Photo[]>} */ (event).detail;
    const clientId = newClientId();
    void kept.put(clientId, photos.map(photo => photo.file));
    uploads.expect(clientId);
    room.send('', { clientId, kind: KIND, photos: photos.map(({ width, height }) => ({ width, height })) });
  });
});

/**
 * The photos of messages that are not known to be stored: in IndexedDB, under the person, the room and the message's client id, so that
 * they survive a reload; and in memory, for a browser that forbids it.
 */
class KeptPhotos {
  #prefix;
  #database = openDatabase();
  /** @type {Map<string, Blob[]>} */ #inMemory = new Map();

  /** @param {OpenRoom} room */
  constructor({ me, id }) { this.#prefix = `${me}:${id}:`; }

  /** @param {string} clientId @param {Blob[]} photos */
  put(clientId, photos) {
    this.#inMemory.set(clientId, photos);
    return this.#ask('readwrite', store => store.put(photos, this.#prefix + clientId));
  }

  /** @param {string} clientId @returns {Promise<Blob[] | undefined>} */
  async get(clientId) { return this.#inMemory.get(clientId) ?? this.#ask('readonly', store => store.get(this.#prefix + clientId)); }

  /** @param {string} clientId */
  drop(clientId) {
    this.#inMemory.delete(clientId);
    return this.#ask('readwrite', store => store.delete(this.#prefix + clientId));
  }

  /** @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest} question @returns {Promise<any>} */
  async #ask(mode, question) {
    const database = await this.#database;
    if (!database) return undefined;
    return new Promise(resolve => {
      const transaction = database.transaction(KIND, mode);
      const request = question(transaction.objectStore(KIND));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => resolve(undefined); // No room: it is still sent from memory.
    });
  }
}

/** Null where the browser forbids it. @returns {Promise<IDBDatabase | null>} */
function openDatabase() {
  return new Promise(resolve => {
    try {
      const request = indexedDB.open('market-photos', 1);
      request.onupgradeneeded = () => request.result.createObjectStore(KIND);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}

/** Brings photos to the server, one after the other, and then makes the message of them. */
class Uploads {
  #room;
  #kept;
  #grids;
  /** @type {Set<string>} */ #neverTried = new Set();
  /** @type {Map<string, AbortController>} */ #underWay = new Map();

  /** @param {OpenRoom} room @param {KeptPhotos} kept @param {Grids} grids */
  constructor(room, kept, grids) {
    this.#room = room;
    this.#kept = kept;
    this.#grids = grids;
  }

  /** Of a message just written the server can have nothing yet, and is not asked. @param {string} clientId */
  expect(clientId) { this.#neverTried.add(clientId); }

  /** @param {string} clientId */
  giveUp(clientId) { this.#underWay.get(clientId)?.abort(); }

  /**
   * The server knows which photos it has, and is asked: so it does not matter what broke off when, or in which tab.
   * @type {import('/js/outbox.js').Carrier}
   */
  carry = async ({ clientId, photos }, signal) => {
    const files = await this.#kept.get(clientId);
    const abort = new AbortController();
    this.#underWay.set(clientId, abort);
    try {
      return await this.#bring(clientId, photos?.length ?? 0, files, AbortSignal.any([signal, abort.signal]));
    } finally {
      this.#underWay.delete(clientId);
    }
  };

  /** @param {string} clientId @param {number} count @param {Blob[] | undefined} files @param {AbortSignal} signal */
  async #bring(clientId, count, files, signal) {
    const all = Array.from({ length: count }, (_, index) => index + 1);
    let missing = this.#neverTried.delete(clientId) ? all : [];
    for (let round = 0; round <= MOST_ROUNDS; round++) {
      for (const number of missing) await patiently(signal, () => this.#uploadOne(clientId, number, files, signal));
      const { status, body } = await patiently(signal, () => this.#ask(clientId, count, signal));
      if (status !== 202) return { body };
      missing = body.missing;
      for (const number of all) this.#grids.showProgress(clientId, number, missing.includes(number) ? 0 : 1);
    }
    throw new HttpError(503, '', 0); // Somebody takes them and does not keep them.
  }

  /** @param {string} clientId @param {number} number @param {Blob[] | undefined} files @param {AbortSignal} signal */
  async #uploadOne(clientId, number, files, signal) {
    const photo = files?.[number - 1];
    if (!photo) throw new HttpError(400, this.#grids.lost, 0);
    await upload(`${this.#room.url}/photos/parts`, {
      patience: PATIENCE, signal, form: this.#room.form, fields: { clientId, number: String(number), photo },
      onProgress: part => this.#grids.showProgress(clientId, number, part),
    });
    this.#grids.showProgress(clientId, number, 1);
  }

  /** @param {string} clientId @param {number} count @param {AbortSignal} signal */
  #ask(clientId, count, signal) {
    const fields = { clientId, count: String(count) };
    return ask(`${this.#room.url}/photos/parts?handler=Send`, { timeout: PATIENCE, signal, form: this.#room.form, fields });
  }
}

/** To be asked to slow down is no failure: does so, and goes on. @template T @param {AbortSignal} signal @param {() => Promise<T>} attempt @returns {Promise<T>} */
async function patiently(signal, attempt) {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof HttpError) || error.status !== 429 || error.retryAfter > LONGEST_WAIT) throw error;
      await pause(error.retryAfter, signal);
    }
  }
}

/** @param {number} milliseconds @param {AbortSignal} signal */
function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

/** The photos of messages on the page. A message on its way shows what was picked, and goes on doing so until the stored one is here. */
class Grids {
  #room;
  #kept;
  #template = /** @type {HTMLTemplateElement} */ (document.getElementById('photos'));
  #progress = /** @type {HTMLTemplateElement} */ (document.getElementById('photo-progress'));
  /** @type {Map<string, string[]>} */ #urls = new Map();

  /** @param {OpenRoom} room @param {KeptPhotos} kept */
  constructor(room, kept) {
    this.#room = room;
    this.#kept = kept;
  }

  /** What to say where the photos of a message are not to be found. */
  get lost() { return this.#template.dataset.lost ?? ''; }

  /** @param {HTMLElement} element @param {Message | Letter} message */
  show(element, message) {
    const grid = element.querySelector('[data-photo-grid]');
    const removed = 'removed' in message && message.removed;
    if (removed || !message.photos) grid?.remove();
    else if (!('id' in message)) this.#showLocal(this.#make(element, message.photos), message.clientId);
    else this.#showStored(grid ?? this.#make(element, message.photos), message);
  }

  /** @param {string} clientId @param {number} number from 1 on @param {number} part between 0 and 1 */
  showProgress(clientId, number, part) {
    const tile = this.#gridOf(clientId)?.children[number - 1];
    const bar = tile?.querySelector('progress') ?? this.#addProgress(tile, number);
    if (bar) bar.value = part;
  }

  /** Lets go of what was picked, when it is on the page no more. @param {string} clientId */
  forget(clientId) { if (!this.#gridOf(clientId)) this.#letGo(clientId); }

  /** @param {HTMLElement} element @param {import('/js/message-log.js').PhotoSize[]} photos */
  #make(element, photos) {
    const grid = /** @type {Element} */ (this.#template.content.firstElementChild?.cloneNode(true));
    const tile = /** @type {Element} */ (grid.firstElementChild);
    const sender = (element.dataset.mine === 'true' ? this.#template.dataset.me : this.#room.page.dataset.counterpart) ?? '';
    grid.replaceChildren(...photos.map(({ width, height }, index) => {
      const copy = /** @type {Element} */ (tile.cloneNode(true));
      const image = imageIn(copy);
      Object.assign(image, { width, height });
      image.alt = image.alt.replace('{1}', String(index + 1)).replace('{2}', String(photos.length)).replace('{0}', () => sender);
      return copy;
    }));
    element.querySelector('[data-text]')?.before(grid);
    return grid;
  }

  /** @param {Element} grid @param {string} clientId */
  async #showLocal(grid, clientId) {
    [...grid.children].forEach((tile, index) => this.#addProgress(tile, index + 1));
    const photos = await this.#kept.get(clientId) ?? [];
    if (!grid.isConnected || grid.closest('[data-message-id]')) return;
    this.#letGo(clientId);
    const urls = photos.map(photo => URL.createObjectURL(photo));
    this.#urls.set(clientId, urls);
    urls.forEach((url, index) => Object.assign(imageIn(grid.children[index]), { loading: 'eager', src: url }));
  }

  /** @param {Element} grid @param {Message} message */
  async #showStored(grid, message) {
    await Promise.all([...grid.children].map(async (tile, index) => {
      const url = `${this.#room.url}/photos/${message.id}/${index + 1}`;
      const image = imageIn(tile);
      tile.querySelector('a')?.setAttribute('href', url);
      tile.querySelector('progress')?.remove();
      if (image.getAttribute('src')) await arrival(url);
      image.src = url;
    }));
    if (message.mine) this.#letGo(message.clientId);
  }

  /** @param {Element | undefined} tile @param {number} number */
  #addProgress(tile, number) {
    if (!tile || tile.closest('[data-message-id]')) return null;
    const bar = /** @type {HTMLProgressElement} */ (this.#progress.content.firstElementChild?.cloneNode(true));
    bar.ariaLabel = (bar.ariaLabel ?? '').replace('{0}', String(number));
    tile.append(bar);
    return bar;
  }

  /** @param {string} clientId */
  #gridOf(clientId) { return this.#room.page.querySelector(`[data-mine="true"][data-client-id="${CSS.escape(clientId)}"] [data-photo-grid]`); }

  /** @param {string} clientId */
  #letGo(clientId) {
    this.#urls.get(clientId)?.forEach(url => URL.revokeObjectURL(url));
    this.#urls.delete(clientId);
  }
}

/** @param {Element} tile */
const imageIn = tile => /** @type {HTMLImageElement} */ (tile.querySelector('img'));

/** When a picture is ready to be shown; if it does not come, never, and what is there stays. @param {string} url */
function arrival(url) {
  const image = new Image();
  image.src = url;
  return image.decode();
}
