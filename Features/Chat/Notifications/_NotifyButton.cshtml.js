// @ts-check
// The button that asks for notifications of new messages. The server knows whether it sends them to this browser; the browser knows
// whether it takes them. They are on when both say so.
import { HttpError, ask } from '/js/http.js';

const TIMEOUT = 10_000;
const WORKER = '/chat-worker.js';

const form = /** @type {HTMLFormElement} */ (document.querySelector('[data-notify]'));
const button = /** @type {HTMLButtonElement} */ (form.querySelector('button'));
const note = /** @type {HTMLElement} */ (document.querySelector('[data-notify-note]'));
const key = form.dataset.key ?? '';

let subscribed = form.dataset.subscribed === 'true';
let busy = false;
let workerUrl = '';

if ('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window) void start();

async function start() {
  form.hidden = false;
  form.addEventListener('submit', event => {
    event.preventDefault();
    void toggle();
  });
  const permission = await navigator.permissions?.query({ name: 'notifications' }).catch(() => null);
  permission?.addEventListener('change', () => {
    showNote('');
    showState();
  });
  showState();
  if (isOn()) await renew().catch(() => {}); // On the next page it is tried again.
}

function isOn() { return subscribed && Notification.permission === 'granted'; }

function isBlocked() { return Notification.permission === 'denied'; }

function showState() {
  form.dataset.state = isBlocked() ? 'blocked' : isOn() ? 'on' : 'off';
  button.setAttribute('aria-pressed', String(isOn()));
}

async function toggle() {
  if (busy) return;
  if (isBlocked()) return showNote(note.hidden ? note.dataset.blocked : '');
  busy = true;
  showNote('');
  try {
    await (isOn() ? turnOff() : turnOn());
  } catch (error) {
    showNote(error instanceof HttpError && error.detail ? error.detail : note.dataset.failed);
  } finally {
    busy = false;
    showState();
  }
}

async function turnOn() {
  const permission = await Notification.requestPermission();
  if (permission === 'denied') showNote(note.dataset.blocked);
  if (permission === 'granted') await subscribe();
}

async function turnOff() {
  await ask('/chat/notifications?handler=Off', { timeout: TIMEOUT, form, fields: {} });
  subscribed = false;
  const worker = await navigator.serviceWorker.getRegistration();
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
}

/** The browser may have dropped its subscription, and the server may have another key by now. */
async function renew() {
  const worker = await navigator.serviceWorker.getRegistration();
  const subscription = await worker?.pushManager.getSubscription();
  if (!subscription || !fits(subscription)) await subscribe();
}

async function subscribe() {
  await navigator.serviceWorker.register(workerUrl ||= trusted(WORKER));
  const { pushManager } = await navigator.serviceWorker.ready;
  const before = await pushManager.getSubscription();
  if (before && !fits(before)) await before.unsubscribe();
  const { endpoint = '', keys } = (await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })).toJSON();
  await ask('/chat/notifications', { timeout: TIMEOUT, form, fields: { endpoint, p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' } });
  subscribed = true;
}

/** @param {PushSubscription} subscription */
function fits(subscription) {
  const theirs = new Uint8Array(subscription.options.applicationServerKey ?? new ArrayBuffer(0));
  return btoa(String.fromCharCode(...theirs)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') === key;
}

/** A script's address is among what Trusted Types guard, and a page may make a policy once. @param {string} url @returns {string} */
function trusted(url) {
  const types = /** @type {any} */ (window).trustedTypes;
  return types ? types.createPolicy('worker', { createScriptURL: () => url }).createScriptURL(url) : url;
}

/** @param {string | undefined} text */
function showNote(text) {
  note.textContent = text ?? '';
  note.hidden = !text;
}
