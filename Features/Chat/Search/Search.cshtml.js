// @ts-check
// Searches while the user types. Without scripts the form shows the same results, one page at a time.
import { appUrl } from '/js/app-url.js';
import { HttpError, fetchJson } from '/js/http.js';
import { fillAvatar, fillPicture, startRoomList } from '/js/room-list.js';
import { isBlank } from '/js/plain-text.js';
import { setTime } from '/js/times.js';

/**
 * @typedef {{ text: string, isMatch: boolean }} HighlightSegment
 * @typedef {{ initial: string, colorIndex: number, url: string | null }} Avatar
 * @typedef {{ id: number, avatar: Avatar, name: HighlightSegment[], title: HighlightSegment[], productPhotoUrl: string | null, updatedAt: string }} RoomResult
 * @typedef {{
 *   id: number, roomId: number, avatar: Avatar, counterpart: string, productTitle: string, productPhotoUrl: string | null,
 *   mine: boolean, snippet: HighlightSegment[], sentAt: string,
 * }} MessageResult
 * @typedef {{ rooms: RoomResult[], hasMoreRooms: boolean, messages: MessageResult[], nextCursor: number | null }} SearchResults
 */

const TIMEOUT = 15_000;
const DEBOUNCE = 180;
const KEY = 'q';
const [LIST, SEARCH] = [appUrl('/chat'), appUrl('/chat/search')];
const BESIDE_THE_ROOM = matchMedia('(min-width: 1000px)');

class SearchBox {
  #box;
  #input;
  #summary;
  #found;
  #clear;
  #more;
  #shown = ''; // The query of the results shown.
  /** @type {AbortController | undefined} */ #asking;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /** @param {HTMLElement} box */
  constructor(box) {
    this.#box = box;
    this.#input = /** @type {HTMLInputElement} */ (box.querySelector('input'));
    this.#summary = find(box, '[data-summary]');
    this.#found = find(box, '[data-found]');
    this.#clear = find(box, '[data-clear]');
    this.#more = /** @type {HTMLAnchorElement} */ (find(box, '[data-more]'));
    this.#shown = this.#words;
    this.#input.addEventListener('input', this.#onInput);
    this.#input.form?.addEventListener('submit', this.#onSubmit);
    this.#clear.addEventListener('click', this.#onClear);
    this.#more.addEventListener('click', this.#onMore);
    box.addEventListener('keydown', this.#onKey);
    this.#resume();
  }

  get #words() { return isBlank(this.#input.value) ? '' : this.#input.value.trim(); }

  /** Restores the search from the URL's query. The server renders no results on a room's page. */
  #resume() {
    const words = new URLSearchParams(location.search).get(KEY);
    if (this.#box.dataset.active) return this.#updateLinks();
    if (!words || isBlank(words) || this.#box.offsetParent === null) return;
    this.#input.value = words;
    this.#clear.hidden = false;
    void this.#search();
  }

  #onInput = () => {
    clearTimeout(this.#timer);
    if (!this.#words) return this.#close();
    this.#clear.hidden = false;
    this.#timer = setTimeout(() => void this.#search(), DEBOUNCE);
  };

  /** @param {Event} event */
  #onSubmit = event => {
    event.preventDefault();
    clearTimeout(this.#timer);
    if (this.#words) void this.#search();
  };

  /** @param {Event} event */
  #onClear = event => {
    event.preventDefault();
    this.#input.value = '';
    this.#close();
    this.#input.focus();
  };

  /** @param {Event} event */
  #onMore = event => {
    event.preventDefault();
    const { searchParams } = new URL(this.#more.href);
    void this.#search(searchParams.get(KEY) === this.#words ? searchParams.get('before') : null); // Unless the query has been changed meanwhile.
  };

  /** @param {KeyboardEvent} event */
  #onKey = event => {
    if (event.isComposing) return;
    if (event.key === 'Escape' && this.#input.value) return this.#onClear(event);
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const stops = [this.#input, ...this.#links(), this.#more].filter(stop => stop.offsetParent !== null);
    const from = stops.indexOf(/** @type {HTMLInputElement | HTMLAnchorElement} */ (document.activeElement));
    const next = from < 0 ? undefined : stops[from + (event.key === 'ArrowDown' ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };

  /** @param {string | null} [before] the cursor of the next page, whose results are appended */
  async #search(before) {
    const words = this.#words;
    if (!before && words === this.#shown && this.#box.dataset.active) return;
    this.#asking?.abort();
    const { signal } = this.#asking = new AbortController();
    try {
      const { body } = await fetchJson(addressOf(words, before), { timeout: TIMEOUT, signal });
      if (signal.aborted) return;
      const { found, summary } = /** @type {{ found: SearchResults, summary: string }} */ (body);
      this.#show(found, words, Boolean(before));
      if (!before) this.#say(summary); // Appended results get the focus instead.
      this.#shown = words;
      this.#keepInAddress(words);
    } catch (error) {
      if (!signal.aborted) this.#tell(error);
    }
  }

  /** @param {unknown} error */
  #tell(error) {
    this.#shown = '';
    if (error instanceof HttpError && error.isSignedOut) this.#say(this.#box.dataset.signedOut ?? '');
    else this.#say(error instanceof HttpError && error.isFinal && error.detail || this.#box.dataset.failed || '');
  }

  #close() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#shown = '';
    delete this.#box.dataset.active;
    this.#found.hidden = true;
    this.#clear.hidden = true;
    this.#say('');
    this.#keepInAddress('');
  }

  /** @param {SearchResults} found @param {string} words @param {boolean} add */
  #show(found, words, add) {
    const first = add ? this.#fill('messages', found.messages, fillMessage, true) : this.#fill('rooms', found.rooms, fillRoom, false);
    if (!add) this.#fill('messages', found.messages, fillMessage, false);
    if (!add) find(this.#box, '[data-more-rooms]').hidden = !found.hasMoreRooms;
    const hadFocus = document.activeElement === this.#more;
    this.#more.hidden = found.nextCursor === null;
    if (found.nextCursor !== null) this.#more.href = addressOf(words, String(found.nextCursor)); // A link without href cannot be focused.
    this.#found.hidden = false;
    this.#box.dataset.active = 'true';
    this.#updateLinks();
    if (add && hadFocus) (first?.querySelector('a') ?? this.#input).focus(); // Continue at the first new result, rather than at the moved button.
  }

  /**
   * @template T
   * @param {'rooms' | 'messages'} kind @param {T[]} items @param {(element: HTMLElement, item: T) => void} fill @param {boolean} add
   * @returns {HTMLElement | undefined} the first element added
   */
  #fill(kind, items, fill, add) {
    const template = /** @type {HTMLTemplateElement} */ (this.#box.querySelector(`[data-template=${kind}]`));
    const elements = items.map(item => {
      const element = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
      fill(element, item);
      return element;
    });
    const section = find(this.#box, `[data-of=${kind}]`);
    const list = find(section, '[data-list]');
    if (add) list.append(...elements);
    else list.replaceChildren(...elements);
    section.hidden = list.children.length === 0;
    return elements[0];
  }

  /** Beside an open room, adds the query to the links, so that the search stays, and marks the result of the open room. */
  #updateLinks() {
    const { pathname, searchParams } = new URL(location.href);
    for (const link of this.#links()) {
      const url = new URL(link.href);
      if (BESIDE_THE_ROOM.matches) url.searchParams.set(KEY, this.#words);
      else url.searchParams.delete(KEY);
      link.href = url.href;
      const isHere = url.pathname === pathname && url.searchParams.get('at') === searchParams.get('at');
      if (isHere) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  }

  /** @returns {HTMLAnchorElement[]} */
  #links() { return Array.from(this.#found.querySelectorAll('ol a')); }

  /** @param {string} sentence */
  #say(sentence) {
    if (this.#summary.textContent !== sentence) this.#summary.textContent = sentence;
    this.#input.removeAttribute('aria-invalid');
  }

  /** @param {string} words */
  #keepInAddress(words) {
    const url = new URL(location.href);
    url.searchParams.delete('before');
    if (url.pathname === LIST || url.pathname === SEARCH) url.pathname = words ? SEARCH : LIST;
    if (words) url.searchParams.set(KEY, words);
    else url.searchParams.delete(KEY);
    if (url.href !== location.href) history.replaceState(history.state, '', url);
  }
}

/** @param {string} words @param {string | null} [before] */
function addressOf(words, before) { return `${SEARCH}?${KEY}=${encodeURIComponent(words)}${before ? `&before=${before}` : ''}`; }

/** @param {HTMLElement} element @param {RoomResult} room */
function fillRoom(element, room) {
  element.dataset.foundRoom = String(room.id);
  setHref(element, appUrl(`/chat/${room.id}`));
  find(element, '[data-name]').replaceChildren(...highlight(room.name));
  find(element, '[data-title]').replaceChildren(...highlight(room.title));
  setTime(time(element), new Date(room.updatedAt));
  setImages(element, room);
}

/** @param {HTMLElement} element @param {MessageResult} message */
function fillMessage(element, message) {
  element.dataset.foundMessage = String(message.id);
  setHref(element, appUrl(`/chat/${message.roomId}?at=${message.id}#at`));
  find(element, '[data-name]').textContent = message.counterpart;
  find(element, '[data-title]').textContent = message.productTitle;
  find(element, '[data-mine]').hidden = !message.mine;
  find(element, '[data-snippet]').replaceChildren(...highlight(message.snippet));
  setTime(time(element), new Date(message.sentAt));
  setImages(element, message);
}

/** @param {HTMLElement} element @param {{ avatar: Avatar, productPhotoUrl: string | null }} pictures */
function setImages(element, { avatar, productPhotoUrl }) {
  fillAvatar(element, { ...avatar, avatarUrl: avatar.url });
  fillPicture(element.querySelector('[data-product-photo]'), productPhotoUrl);
}

/** @param {HighlightSegment[]} segments */
function highlight(segments) {
  return segments.map(({ text, isMatch }) => {
    if (!isMatch) return text;
    const mark = document.createElement('mark');
    mark.textContent = text;
    return mark;
  });
}

/** @param {HTMLElement} element @param {string} href */
function setHref(element, href) { element.querySelector('a')?.setAttribute('href', href); }

/** @param {HTMLElement} element */
function time(element) { return /** @type {HTMLTimeElement} */ (element.querySelector('time')); }

/** @param {HTMLElement} element @param {string} selector @returns {HTMLElement} */
function find(element, selector) {
  const found = element.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`The search box has no ${selector}`);
  return found;
}

const box = document.querySelector('[data-search]');
if (box instanceof HTMLElement) new SearchBox(box);
startRoomList();
