// @ts-check
// Photos in the open room. Three parts in one file, for each file is a request on a first visit: messages of photos, shown at once from what
// was picked, brought to the server one by one, and kept until they are there; the picker; the viewer.
import { HttpError, ask, upload } from '/js/http.js';
import { onRoom } from '/js/open-room.js';
import { newClientId } from '/js/outbox.js';
import { PhotoPicker } from '/js/photo-picker.js';

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
      if (!(error instanceof HttpError) || error.status !== 429 || !error.retryAfter || error.retryAfter > LONGEST_WAIT) throw error;
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

// Photos on their way into a message: picked, pasted or dropped, looked at, taken back, and handed over when the message is sent.

onRoom(({ page, form }) => {
  const root = form.querySelector('[data-photos-to-send]');
  if (!(root instanceof HTMLElement)) return; // Nobody is left to send to.
  const picker = new PhotoPicker(root);
  const text = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem('payload'));
  const strip = /** @type {HTMLElement} */ (root.querySelector('[data-photos-strip]'));
  const button = /** @type {HTMLElement} */ (root.querySelector('[data-photos-pick]'));
  let sendsWhenDone = false;

  text.required = false; // Photos need no words; and without either the composer does nothing.
  makeButton(button, () => root.querySelector('input')?.click());
  picker.addEventListener('change', () => {
    const wasLast = !strip.hidden && picker.photos.length === 0;
    strip.hidden = picker.photos.length === 0;
    if (wasLast && document.activeElement === document.body) button.focus(); // It has been taken back, and its button with it.
  });
  picker.start();
  form.addEventListener('compose', send);
  document.addEventListener('paste', event => {
    const { types, files } = event.clipboardData ?? new DataTransfer();
    if (types.includes('text/plain') || !take(files)) return; // Word processors copy a picture of their text as well.
    event.preventDefault();
  });
  takeDrops(page, /** @type {HTMLElement} */ (page.querySelector('[data-photos-drop]')), take);

  /** @param {Event} event */
  async function send(event) {
    if (picker.isBusy) {
      event.preventDefault();
      if (sendsWhenDone) return;
      sendsWhenDone = true;
      await picker.done;
      sendsWhenDone = false;
      form.requestSubmit();
    } else if (picker.photos.length > 0) {
      page.dispatchEvent(new CustomEvent('photos', { detail: picker.photos }));
      picker.clear();
      if (!text.value.trim()) event.preventDefault(); // That is all; to ask for words would bring up a phone's keyboard.
    }
  }

  /** @param {FileList} files */
  function take(files) {
    if (files.length === 0) return false;
    picker.add([...files]);
    text.focus();
    return true;
  }
});

/** Without a script it is a link to a page. @param {HTMLElement} link @param {() => void} press */
function makeButton(link, press) {
  link.setAttribute('role', 'button');
  link.addEventListener('click', event => {
    event.preventDefault();
    press();
  });
  link.addEventListener('keydown', event => {
    if (event.key !== ' ') return;
    event.preventDefault();
    press();
  });
}

/** @param {HTMLElement} page @param {HTMLElement} sign shown while something hovers @param {(files: FileList) => void} take */
function takeDrops(page, sign, take) {
  page.addEventListener('dragover', event => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    sign.hidden = false;
  });
  page.addEventListener('dragleave', ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && page.contains(relatedTarget))) sign.hidden = true;
  });
  page.addEventListener('drop', event => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    sign.hidden = true;
    take(event.dataTransfer.files);
  });
}

// Looks at the photos of a message one by one: by swiping, by the arrow keys, or by the buttons.

class Viewer {
  #dialog;
  #strip;
  #count;
  #save;
  #previous;
  #next;
  /** @type {HTMLElement[]} */ #links = [];
  /** @type {HTMLElement | undefined} */ #opener;
  #shown = 0;

  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (dialog.querySelector(`[data-viewer-${name}]`));
    this.#dialog = dialog;
    this.#strip = find('strip');
    this.#count = find('count');
    this.#save = /** @type {HTMLAnchorElement} */ (find('save'));
    this.#previous = /** @type {HTMLButtonElement} */ (find('previous'));
    this.#next = /** @type {HTMLButtonElement} */ (find('next'));
    find('close').addEventListener('click', () => dialog.close());
    this.#previous.addEventListener('click', () => this.#turnTo(this.#shown - 1));
    this.#next.addEventListener('click', () => this.#turnTo(this.#shown + 1));
    this.#strip.addEventListener('scroll', () => this.#tell(), { passive: true });
    this.#strip.addEventListener('click', ({ target }) => { if (!(target instanceof HTMLImageElement)) dialog.close(); });
    dialog.addEventListener('keydown', this.#onKeyDown);
    dialog.addEventListener('close', this.#onClose);
  }

  /** @param {HTMLElement} opener one of the links in a grid */
  open(opener) {
    this.#opener = opener;
    this.#links = Array.from(opener.closest('[data-photo-grid]')?.querySelectorAll('a') ?? []);
    this.#strip.replaceChildren(...this.#links.map(slideOf));
    this.#dialog.showModal();
    this.#shown = -1;
    this.#turnTo(this.#links.indexOf(opener));
    this.#tell();
  }

  /** What was being looked at has been removed. */
  closeIfGone() { if (this.#dialog.open && !this.#opener?.isConnected) this.#dialog.close(); }

  /** @param {number} index */
  #turnTo(index) { this.#strip.scrollLeft = index * this.#strip.clientWidth; }

  #tell() {
    const shown = Math.round(this.#strip.scrollLeft / this.#strip.clientWidth);
    const link = this.#links[shown];
    if (shown === this.#shown || !link) return;
    this.#shown = shown;
    this.#previous.disabled = shown === 0;
    this.#next.disabled = shown === this.#links.length - 1;
    this.#count.textContent = (this.#count.dataset.pattern ?? '').replace('{0}', String(shown + 1)).replace('{1}', String(this.#links.length));
    this.#save.href = addressOf(link);
    this.#save.download = ['marketchat', link.closest('[data-message-id]')?.getAttribute('data-message-id'), shown + 1].filter(Boolean).join('-');
  }

  #onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const goal = { ArrowLeft: this.#shown - 1, ArrowRight: this.#shown + 1, Home: 0, End: this.#links.length - 1 }[event.key];
    if (goal === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#turnTo(goal);
  };

  #onClose = () => {
    this.#strip.replaceChildren();
    const last = this.#links[this.#shown] ?? this.#opener;
    if (last?.isConnected) last.focus(); // Where one stopped looking; not every browser remembers a link that was clicked.
    this.#links = [];
  };
}

/** @param {HTMLElement} link */
function slideOf(link) {
  const slide = document.createElement('li');
  const picture = document.createElement('img');
  const { alt } = /** @type {HTMLImageElement} */ (link.querySelector('img'));
  Object.assign(picture, { alt, src: addressOf(link), className: 'viewer__picture', draggable: false });
  slide.className = 'viewer__slide';
  slide.append(picture);
  return slide;
}

/** A photo that is not stored yet is where the page has it from. @param {HTMLElement} link */
const addressOf = link => link.getAttribute('href') ?? link.querySelector('img')?.src ?? '';

onRoom(({ page, log }) => {
  const viewer = new Viewer(/** @type {HTMLDialogElement} */ (page.querySelector('[data-viewer]')));
  log.addEventListener('shown', () => viewer.closeIfGone());
  page.addEventListener('click', event => {
    const link = event.target instanceof Element ? event.target.closest('[data-photo-grid] a') : null;
    if (!(link instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    viewer.open(link);
  });
});
