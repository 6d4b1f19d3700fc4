// @ts-check
/// <reference lib="webworker" />
// The service worker: shows push messages as notifications while the room is not in view, and tells the server when the browser renews
// its subscription. It does not intercept requests or cache responses.

/**
 * @typedef {{ url: string, tag: string, title: string, body: string, lang: string, sentAt: string, icon?: string, silent?: boolean, replaces?: boolean }} RoomNotification
 * url and icon: paths of the app; url: the page that a click opens; tag: a notification replaces the one with the same tag; silent: shown without sound or vibration;
 * replaces: shown only if a notification with the same tag is on screen
 */

/** @typedef {{ state: 'none' | 'active' | 'suspended', endpoint: string | null, key: string, token: string }} ServerState StateResponse in C# */

const TIMEOUT = 10_000;

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const BASE = new URL('.', worker.location.href).pathname.slice(0, -1); // The app may run under a path of its host, and so does this script.
const SUBSCRIPTION = `${BASE}/chat/notifications`;

worker.addEventListener('install', () => { void worker.skipWaiting(); });
worker.addEventListener('push', event => event.waitUntil(enqueue(() => show(event.data?.json()))));
worker.addEventListener('pushsubscriptionchange', event => {
  const { newSubscription = null } = /** @type {{ newSubscription?: PushSubscription | null }} */ (event);
  /** @type {ExtendableEvent} */ (event).waitUntil(replace(newSubscription));
});
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
  if (Notification.permission !== 'granted') return drop(); // Its service then tells the server that the subscription is over.
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

/**
 * Gives the server the subscription in place of the one that the browser has ended. If this fails, the next page of the chat list does it.
 * @param {PushSubscription | null} renewed
 */
async function replace(renewed) {
  const server = await serverState();
  if (!server) return;
  if (server.state === 'none') return drop(); // The user has turned notifications off.
  const { pushManager } = worker.registration;
  const subscription = renewed ?? await pushManager.getSubscription()
    ?? await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: server.key });
  if (subscription.endpoint === server.endpoint && server.state === 'active') return;
  const { endpoint = '', keys } = subscription.toJSON();
  await request(SUBSCRIPTION, {
    method: 'POST',
    headers: { Accept: 'application/json', RequestVerificationToken: server.token },
    body: new URLSearchParams({ endpoint, p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' }),
  });
}

/** Ends the subscription of this browser. */
async function drop() { await (await worker.registration.pushManager.getSubscription())?.unsubscribe(); }

/** Returns what the server knows of this browser, or null if nobody is signed in. @returns {Promise<ServerState | null>} */
async function serverState() {
  const response = await request(`${SUBSCRIPTION}?handler=State`, { headers: { Accept: 'application/json' } });
  return response.ok ? response.json() : null;
}

/** @param {string} url @param {RequestInit} options */
function request(url, options) {
  return fetch(url, { ...options, cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) });
}
