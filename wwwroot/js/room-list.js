// @ts-check
import { appUrl } from './app-url.js';
import { HttpError, fetchJson } from './http.js';
import { backoff } from './backoff.js';
import { subscribe } from './room-events.js';
import { setPhoto, showsPhoto } from './photo-sources.js';
import { setTime } from './times.js';

/**
 * @typedef {{
 *   id: number, counterpart: string, initial: string, colorIndex: number, avatarUrl: string | null, productTitle: string,
 *   productPhotoUrl: string | null, preview: string | null, updatedAt: string, unread: number,
 * }} RoomListItem
 */

const TIMEOUT = 10_000;
const MAX_UNREAD_COUNT = 99;
const THUMBNAIL_SIZE = 44;

/** Updates the chat list: fetches its first page when the version changes, and fills the cards. */
export function startRoomList() {
  const list = document.querySelector('[data-room-list=live]');
  if (!(list instanceof HTMLElement) || list.dataset.started) return;
  list.dataset.started = 'true';
  const url = appUrl(`/chat?handler=Rooms${list.dataset.product ? `&product=${list.dataset.product}` : ''}`);
  let knownVersion = 0;
  let shownVersion = 0;
  let failures = 0;
  let busy = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;

  const update = async () => {
    clearTimeout(timer);
    if (busy || knownVersion === shownVersion || document.hidden || !navigator.onLine || list.offsetParent === null) return;
    busy = true;
    try {
      let asked;
      do {
        asked = knownVersion;
        const { body } = await fetchJson(url, { timeout: TIMEOUT });
        const { version, rooms } = /** @type {{ version: number, rooms: RoomListItem[] }} */ (body);
        shownVersion = version;
        showCards(list, rooms);
      } while (knownVersion !== asked && knownVersion !== shownVersion); // Another change has happened meanwhile.
      failures = 0;
    } catch (error) {
      if (error instanceof HttpError && (error.isSignedOut || error.isFinal)) return;
      timer = setTimeout(update, backoff(++failures, error instanceof HttpError ? error.retryAfter : 0)); // The next change may be a long time away.
    } finally {
      busy = false;
    }
  };

  document.addEventListener('visibilitychange', update);
  addEventListener('online', update);
  subscribe(event => {
    knownVersion = event.version;
    void update();
  });
}

/**
 * Shows the rooms of the first page in their order. Cards of older pages stay below.
 * @param {HTMLElement} list @param {RoomListItem[]} cards
 */
export function showCards(list, cards) {
  const known = new Map(Array.from(list.children, card => [card.getAttribute('data-room-id'), card]));
  const focused = document.activeElement;
  let place = list.firstElementChild;
  for (const card of cards) {
    const element = known.get(String(card.id)) ?? cloneOf('.room-card');
    if (!(element instanceof HTMLElement)) continue;
    fill(element, card);
    if (element === place) place = place.nextElementSibling;
    else list.insertBefore(element, place);
  }
  if (focused instanceof HTMLElement && focused !== document.activeElement) focused.focus({ preventScroll: true }); // Moving an element removes its focus.
  if (cards.length > 0) list.parentElement?.querySelector('[data-empty]')?.remove();
}

/** Fills a card as _RoomCard.cshtml renders it (tests/Cases/room-cards.json). @param {HTMLElement} element @param {RoomListItem} card */
function fill(element, card) {
  element.dataset.roomId = String(card.id);
  fillLink(element.querySelector('a'), appUrl(`/chat/${card.id}`));
  write(element, '[data-name]', card.counterpart);
  write(element, '[data-product-title]', card.productTitle);
  if (card.preview !== null) write(element, '[data-preview]', card.preview);
  setTime(/** @type {HTMLTimeElement} */ (element.querySelector('time')), new Date(card.updatedAt));
  fillAvatar(element, card);
  fillThumbnail(element.querySelector('[data-product-photo]'), card.productPhotoUrl);
  fillUnread(element, card.unread);
}

/** @param {Element | null} link @param {string} url */
function fillLink(link, url) {
  link?.setAttribute('href', url);
  if (location.pathname === url) link?.setAttribute('aria-current', 'page'); // The list is beside this room.
}

/** @param {HTMLElement} element @param {Pick<RoomListItem, 'initial' | 'colorIndex' | 'avatarUrl'>} card */
export function fillAvatar(element, card) {
  const avatar = element.querySelector('.avatar');
  if (!(avatar instanceof HTMLElement)) return;
  avatar.dataset.color = String(card.colorIndex);
  if (card.avatarUrl) fillPicture(avatar, card.avatarUrl);
  else if (avatar.textContent !== card.initial) avatar.textContent = card.initial;
}

/** @param {Element | null} frame @param {string | null} path */
export function fillPicture(frame, path) {
  const url = path && appUrl(path);
  if (!frame || !url || showsPhoto(frame.querySelector('img'), url)) return;
  const image = new Image(THUMBNAIL_SIZE, THUMBNAIL_SIZE);
  image.alt = '';
  setPhoto(image, url, { sizes: `${THUMBNAIL_SIZE}px` });
  frame.classList.remove('thumbnail--none');
  frame.replaceChildren(image);
}

/** A product loses its photos when the seller deletes their account. @param {Element | null} frame @param {string | null} url */
function fillThumbnail(frame, url) {
  if (url) fillPicture(frame, url);
  else if (frame?.querySelector('img')) frame.replaceWith(cloneOf('[data-product-photo]'));
}

/** @param {HTMLElement} element @param {number} unread */
function fillUnread(element, unread) {
  let badge = element.querySelector('[data-unread-count]');
  if (unread === 0) {
    delete element.dataset.unread;
    badge?.remove();
    return;
  }
  element.dataset.unread = String(unread);
  if (!badge) {
    badge = cloneOf('[data-unread-count]');
    element.querySelector('[data-product-photo]')?.before(badge);
  }
  const text = unread > MAX_UNREAD_COUNT ? `${MAX_UNREAD_COUNT}+` : String(unread);
  write(badge, '[data-count]', text); // A translator may have replaced text nodes, but leaves elements.
}

/** @param {Element} element @param {string} selector @param {string} text */
function write(element, selector, text) {
  const target = element.querySelector(selector);
  if (target && target.textContent !== text) target.textContent = text;
}

/** Clones an element of the card's template, which has an unread count and no photos. @param {string} selector */
function cloneOf(selector) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById('room-card'));
  return /** @type {HTMLElement} */ (template.content.querySelector(selector)?.cloneNode(true));
}
