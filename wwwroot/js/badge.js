// @ts-check
import { ask } from './http.js';
import { announce, onNews } from './news.js';
import { Poller, pace } from './poller.js';

const TIMEOUT = 10_000;

/** Shows a number of unread rooms in the tab bar. @param {HTMLElement} slot @param {number} count */
export function showBadge(slot, count) {
  const badge = slot.querySelector('[data-badge]');
  if (count === 0) return badge?.remove();
  const most = Number(slot.dataset.most);
  const text = count > most ? `${most}+` : String(count);
  if (badge?.textContent === text) return;
  const element = badge ?? document.createElement('span');
  element.className = 'badge';
  element.setAttribute('data-badge', '');
  element.setAttribute('aria-label', (slot.dataset.label ?? '{0}').replace('{0}', text));
  element.textContent = text;
  if (!badge) slot.append(element);
}

/** Keeps the badge current: by its own questions, or where the room's poll brings the number along, by listening. */
export function keepBadge() {
  const slot = document.querySelector('[data-badge-slot]');
  if (!(slot instanceof HTMLElement)) return;
  onNews(news => showBadge(slot, news.unreadRooms));
  if (!document.querySelector('[data-room]')) pollBadge();
}

function pollBadge() {
  const { interval, wait } = pace();
  /** @type {number | ''} */ let bell = '';
  const poller = new Poller(async signal => {
    const { body } = await ask(`/badge?bell=${bell}&wait=${wait}`, { timeout: TIMEOUT + wait * 1000, signal });
    const news = /** @type {import('./news.js').News | null} */ (body);
    if (!news) return { again: false };
    bell = news.bell;
    announce(news);
    return { again: wait > 0 };
  }, { interval });
  poller.start();
}
