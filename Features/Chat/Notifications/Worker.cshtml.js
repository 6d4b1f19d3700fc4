// @ts-check
/// <reference lib="webworker" />
// The service worker: shows what the app sends while no page of it is in view. It stands between no page and the network, keeps
// nothing, and asks the app for nothing.

/**
 * @typedef {{ url: string, tag: string, title: string, body: string, lang: string, sentAt: string, icon?: string, silent?: boolean, replaces?: boolean }} RoomNotification
 * url: where it leads; tag: one notification of each is shown at a time; silent: takes the place of what was told before; replaces: and is
 * shown nowhere else
 */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

worker.addEventListener('install', () => { void worker.skipWaiting(); });
worker.addEventListener('push', event => event.waitUntil(enqueue(() => show(event.data?.json()))));
worker.addEventListener('notificationclick', event => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.url));
});

/** @type {Promise<void>} */ let last = Promise.resolve();

/** One after the other: what comes may be about the one before. @param {() => Promise<void>} work */
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
  const options = { body, tag, lang, icon, silent, renotify: !silent, timestamp: Date.parse(sentAt), data: { url } };
  await worker.registration.showNotification(title, options);
}

/** @param {string} url */
async function isInView(url) { return (await windowsAt(url)).some(page => page.visibilityState === 'visible'); }

/** A tab that shows the room is brought to the front. Others stay as they are: somebody may be writing there. @param {string} url */
async function open(url) {
  const [page] = await windowsAt(url);
  await (page ? page.focus() : worker.clients.openWindow(url));
}

/** @param {string} url */
async function windowsAt(url) {
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return pages.filter(page => new URL(page.url).pathname === url);
}
