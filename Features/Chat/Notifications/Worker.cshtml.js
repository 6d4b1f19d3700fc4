// @ts-check
/// <reference lib="webworker" />
// The service worker: shows push messages as notifications while the room is not in view. It does not intercept requests, cache
// responses or send requests.

/**
 * @typedef {{ url: string, tag: string, title: string, body: string, lang: string, sentAt: string, icon?: string, silent?: boolean, replaces?: boolean }} RoomNotification
 * url and icon: paths of the app; url: the page that a click opens; tag: a notification replaces the one with the same tag; silent: shown without sound or vibration;
 * replaces: shown only if a notification with the same tag is on screen
 */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const BASE = new URL('.', worker.location.href).pathname.slice(0, -1); // The app may run under a path of its host, and so does this script.

worker.addEventListener('install', () => { void worker.skipWaiting(); });
worker.addEventListener('push', event => event.waitUntil(enqueue(() => show(event.data?.json()))));
worker.addEventListener('notificationclick', event => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.url));
});

/** @type {Promise<void>} */ let last = Promise.resolve();

/** Runs tasks one after another, because a push message may replace the notification of the previous one. @param {() => Promise<void>} work */
function enqueue(work) {
  const task = last.then(work);
  last = task.catch(() => {});
  return task;
}

/** @param {RoomNotification | undefined} notification */
async function show(notification) {
  if (!notification) return;
  const { title, body, tag, lang, icon, url, sentAt, silent = false, replaces = false } = notification;
  if (replaces ? (await worker.registration.getNotifications({ tag })).length === 0 : await isInView(url)) return;
  const options = { body, tag, lang, icon: icon && BASE + icon, silent, renotify: !silent, timestamp: Date.parse(sentAt), data: { url } };
  await worker.registration.showNotification(title, options);
}

/** @param {string} url */
async function isInView(url) { return (await windowsAt(url)).some(page => page.visibilityState === 'visible'); }

/** Focuses a tab that shows the room, or opens a new one. Other tabs are not navigated, because the user may be writing there. @param {string} url */
async function open(url) {
  const [page] = await windowsAt(url);
  await (page ? page.focus() : worker.clients.openWindow(BASE + url));
}

/** @param {string} url */
async function windowsAt(url) {
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return pages.filter(page => new URL(page.url).pathname === BASE + url);
}
