// @ts-check
import { setPhoto } from '/js/photo-sources.js';

/**
 * @typedef {import('/js/message-list.js').Message} Message
 * @typedef {{ width: number, height: number }} PhotoSize
 * @typedef {import('/js/outbox.js').PendingMessage} PendingMessage
 */

const UNKNOWN_SIZE = { width: 4, height: 3 }; // For a photo that the browser cannot decode, until the server reports its size.

/** The photo grids of the messages on the page. A pending message shows the picked files until the stored photos have loaded. */
export class PhotoGrids {
  #room;
  #store;
  #template = /** @type {HTMLTemplateElement} */ (document.getElementById('photos'));
  #progress = /** @type {HTMLTemplateElement} */ (document.getElementById('photo-progress'));
  /** @type {Map<string, string[]>} */ #objectUrls = new Map();

  /** @param {import('/js/room-extensions.js').OpenRoom} room @param {import('./pending-photo-store.js').PendingPhotoStore} store */
  constructor(room, store) {
    this.#room = room;
    this.#store = store;
  }

  /** The message about photos that no longer exist. */
  get lost() { return this.#template.dataset.lost ?? ''; }

  /** The words that stand for a message of so many photos. @param {number} count */
  describe(count) { return (this.#template.dataset.photos ?? '').replace('{0}', String(count)); }

  /** @param {HTMLElement} element @param {Message | PendingMessage} message */
  show(element, message) {
    const photos = /** @type {PhotoSize[]} */ (message.photos);
    const grid = element.querySelector('[data-photo-grid]');
    if ('id' in message) void this.#showStored(grid ?? this.#create(element, photos), /** @type {Message} */ (message), photos);
    else void this.#showPending(this.#create(element, photos), message.clientId);
  }

  /** @param {string} clientId @param {number} number starting at 1 @param {number} part between 0 and 1 */
  showProgress(clientId, number, part) {
    const tile = this.#find(clientId)?.children[number - 1];
    const bar = tile?.querySelector('progress') ?? this.#addProgress(tile, number);
    if (bar) bar.value = part;
  }

  /** Releases the object URLs of a message that is no longer on the page. @param {string} clientId */
  forget(clientId) { if (!this.#find(clientId)) this.#revoke(clientId); }

  /** @param {HTMLElement} element @param {PhotoSize[]} photos */
  #create(element, photos) {
    const grid = /** @type {Element} */ (this.#template.content.firstElementChild?.cloneNode(true));
    const tile = /** @type {Element} */ (grid.firstElementChild);
    const sender = (element.dataset.mine === 'true' ? this.#template.dataset.me : this.#room.page.dataset.counterpart) ?? '';
    grid.replaceChildren(...photos.map((size, index) => {
      const copy = /** @type {Element} */ (tile.cloneNode(true));
      const image = imageIn(copy);
      Object.assign(image, size.width ? size : UNKNOWN_SIZE);
      image.alt = image.alt.replace('{1}', String(index + 1)).replace('{2}', String(photos.length)).replace('{0}', () => sender);
      return copy;
    }));
    element.querySelector('[data-text]')?.before(grid);
    return grid;
  }

  /** @param {Element} grid @param {string} clientId */
  async #showPending(grid, clientId) {
    const tiles = [...grid.children];
    tiles.forEach((tile, index) => this.#addProgress(tile, index + 1));
    const files = await this.#store.get(clientId) ?? [];
    if (!grid.isConnected || grid.closest('[data-message-id]')) return;
    this.#revoke(clientId);
    const urls = files.map(file => URL.createObjectURL(file));
    this.#objectUrls.set(clientId, urls);
    tiles.forEach((tile, index) => { if (urls[index]) Object.assign(imageIn(tile), { loading: 'eager', src: urls[index] }); });
  }

  /** @param {Element} grid @param {Message} message @param {PhotoSize[]} photos */
  async #showStored(grid, message, photos) {
    const tiles = await Promise.allSettled([...grid.children].map(async (tile, index) => {
      const url = `${this.#room.url}/photos/${message.id}/${index + 1}`;
      const image = imageIn(tile);
      const { width, height } = photos[index] ?? image;
      tile.querySelector('a')?.setAttribute('href', url);
      tile.querySelector('progress')?.remove();
      const options = { width, sizes: image.sizes };
      if (image.getAttribute('src')) await preload(url, options);
      Object.assign(image, { width, height });
      setPhoto(image, url, options);
    }));
    if (message.mine && tiles.every(({ status }) => status === 'fulfilled')) this.#revoke(message.clientId);
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
  #find(clientId) { return this.#room.page.querySelector(`[data-mine="true"][data-client-id="${CSS.escape(clientId)}"] [data-photo-grid]`); }

  /** @param {string} clientId */
  #revoke(clientId) {
    this.#objectUrls.get(clientId)?.forEach(url => URL.revokeObjectURL(url));
    this.#objectUrls.delete(clientId);
  }
}

/** @param {Element} tile */
const imageIn = tile => /** @type {HTMLImageElement} */ (tile.querySelector('img'));

/**
 * Loads an image. Rejects if that fails; then the picked file stays visible.
 * @param {string} url
 * @param {{ width: number, sizes: string }} options
 */
function preload(url, options) {
  const image = new Image();
  setPhoto(image, url, options);
  return image.decode();
}
