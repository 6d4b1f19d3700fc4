// @ts-check
// What notifications mean to every page: its title says how many rooms hold something unread, and a room that is in view needs no
// notification any more.
import { onNews } from '/js/news.js';

const count = document.querySelector('[data-badge]')?.textContent ?? '';
const most = Number(document.querySelector('[data-badge-slot]')?.getAttribute('data-most'));
const room = document.querySelector('[data-room]')?.getAttribute('data-room');

showInTitle(count);
onNews(({ unreadRooms }) => showInTitle(unreadRooms === 0 ? '' : unreadRooms > most ? `${most}+` : String(unreadRooms)));
if (room) {
  void takeBackNotifications();
  document.addEventListener('visibilitychange', takeBackNotifications);
}

/** @param {string} unread a number, or '' */
function showInTitle(unread) {
  const title = document.title.replace(/^\(\d+\+?\) /, '');
  document.title = unread ? `(${unread}) ${title}` : title;
}

async function takeBackNotifications() {
  if (document.hidden) return;
  const worker = await navigator.serviceWorker?.getRegistration();
  for (const shown of await worker?.getNotifications({ tag: `room-${room}` }) ?? []) shown.close();
}
