// @ts-check
import { appUrl } from './app-url.js';
import { fetchJson } from './http.js';
import { publish, subscribe } from './room-events.js';
import { Poller, pollingConfig } from './poller.js';

/** @typedef {import('./tab-group.js').Update} Update */

const TIMEOUT = 10_000;

/** Shows the number of unread rooms in the tab bar. @param {HTMLElement} slot @param {number} count */
export function showBadge(slot, count) {
  const badge = slot.querySelector('[data-badge]');
  if (count === 0) return badge?.remove();
  const max = Number(slot.dataset.max);
  const text = count > max ? `${max}+` : String(count);
  if (badge?.textContent === text) return;
  const element = badge ?? document.createElement('span');
  element.className = 'badge';
  element.setAttribute('data-badge', '');
  element.setAttribute('aria-label', (slot.dataset.label ?? '{0}').replace('{0}', text));
  element.textContent = text;
  if (!badge) slot.append(element);
}

/** Keeps the badge current: by polling, or on a room's page by the updates that the room's poll publishes. */
export function startBadge() {
  const slot = document.querySelector('[data-badge-slot]');
  if (!(slot instanceof HTMLElement)) return;
  subscribe(update => showBadge(slot, update.unreadRooms));
  if (!document.querySelector('[data-room]')) pollBadge();
}

function pollBadge() {
  const { interval, wait } = pollingConfig();
  /** @type {number | ''} */ let version = '';
  const show = (/** @type {Update} */ update) => {
    version = update.version;
    publish(update);
    return false; // There is nothing more to ask for.
  };
  const poller = new Poller(async (signal, held) => {
    const { body } = await fetchJson(appUrl(`/badge?version=${version}&wait=${held}`), { timeout: TIMEOUT + held * 1000, signal });
    const update = /** @type {Update | null} */ (body);
    if (update) show(update);
    return { update };
  }, { interval, wait, isNews: show });
  poller.start();
}
