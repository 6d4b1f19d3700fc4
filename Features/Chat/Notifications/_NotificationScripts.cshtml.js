// @ts-check
// Notifications on all pages: shows the number of unread rooms in the title, closes the notifications of a room in view, and enhances
// the notification toggle and the form that mutes a room.
import { HttpError, fetchJson } from '/js/http.js';
import { subscribe } from '/js/room-events.js';
import { NotificationToggle } from './notification-toggle.js';

const TIMEOUT = 10_000;

/** Shows the number of unread rooms in the title of the page. */
function countInTitle() {
  const max = Number(document.querySelector('[data-badge-slot]')?.getAttribute('data-max'));
  const { title } = document; // As the server wrote it; a translator may change the count that is put before it.
  /** @param {string} unread a number, or '' */
  const show = unread => { document.title = unread ? `(${unread}) ${title}` : title; };
  show(document.querySelector('[data-badge]')?.textContent ?? '');
  subscribe(({ unreadRooms: unread }) => show(unread === 0 ? '' : unread > max ? `${max}+` : String(unread)));
}

/** Closes the notifications of a room whenever the room becomes visible. @param {string} room */
function closeRoomNotifications(room) {
  const closeShown = async () => {
    if (document.hidden) return;
    const worker = await navigator.serviceWorker?.getRegistration().catch(() => undefined); // Some private windows refuse.
    for (const shown of await worker?.getNotifications({ tag: `room-${room}` }) ?? []) shown.close();
  };
  document.addEventListener('visibilitychange', closeShown);
  void closeShown();
}

/**
 * Mutes the room without reloading it. If the server rejects the request, the form is submitted, and the response shows the error. Without a
 * connection nothing happens: submitting the form would leave the room, which shows already that the connection is lost.
 * @param {HTMLFormElement} form
 */
function enhanceMuteForm(form) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector('button'));
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem('muted'));
  let busy = false;
  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    const muted = field.value;
    try {
      await fetchJson(form.action, { timeout: TIMEOUT, form, fields: { muted } });
      button.setAttribute('aria-pressed', muted);
      field.value = String(muted !== 'true');
    } catch (error) {
      if (error instanceof HttpError) form.submit();
    } finally {
      busy = false;
    }
  });
}

const room = document.querySelector('[data-room]')?.getAttribute('data-room');
const toggle = document.querySelector('[data-notification-toggle]');
const status = document.querySelector('[data-notification-status]');
const mute = document.querySelector('[data-mute]');

countInTitle();
if (room) closeRoomNotifications(room);
if (toggle instanceof HTMLFormElement && status instanceof HTMLElement) void new NotificationToggle(toggle, status).start();
if (mute instanceof HTMLFormElement) enhanceMuteForm(mute);
