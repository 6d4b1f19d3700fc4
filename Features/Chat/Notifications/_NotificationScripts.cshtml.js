// @ts-check
// Notifications on all pages: shows the number of unread rooms in the title, closes the notifications of a room in view, and enhances
// the notification toggle and the form that mutes a room.
import { appUrl } from '/js/app-url.js';
import { HttpError, fetchJson } from '/js/http.js';
import { subscribe } from '/js/room-events.js';

/**
 * Trusted Types, which TypeScript's DOM library does not declare yet (https://w3c.github.io/trusted-types/dist/spec/).
 * @typedef {{ createPolicy: (name: string, rules: Rules) => Rules }} TrustedTypes
 * @typedef {{ createScriptURL: (url: string) => string }} Rules
 */

const TIMEOUT = 10_000;
const WORKER = appUrl('/chat-worker.js');

/** Shows the number of unread rooms in the title of the page. */
function countInTitle() {
  const max = Number(document.querySelector('[data-badge-slot]')?.getAttribute('data-max'));
  /** @param {string} unread a number, or '' */
  const show = unread => {
    const title = document.title.replace(/^\(\d+\+?\) /, '');
    document.title = unread ? `(${unread}) ${title}` : title;
  };
  show(document.querySelector('[data-badge]')?.textContent ?? '');
  subscribe(({ unreadRooms: unread }) => show(unread === 0 ? '' : unread > max ? `${max}+` : String(unread)));
}

/** Closes the notifications of a room whenever the room becomes visible. @param {string} room */
function closeRoomNotifications(room) {
  const closeShown = async () => {
    if (document.hidden) return;
    const worker = await navigator.serviceWorker?.getRegistration();
    for (const shown of await worker?.getNotifications({ tag: `room-${room}` }) ?? []) shown.close();
  };
  document.addEventListener('visibilitychange', closeShown);
  void closeShown();
}

/**
 * The toggle for notifications in this browser. They are on if the server has a subscription of this browser and the browser has the
 * permission to show them.
 */
class NotificationToggle {
  #form;
  #button;
  #note;
  #key;
  #subscribed;
  #busy = false;
  #worker = '';

  /** @param {HTMLFormElement} form @param {HTMLElement} note */
  constructor(form, note) {
    this.#form = form;
    this.#button = /** @type {HTMLButtonElement} */ (form.querySelector('button'));
    this.#note = note;
    this.#key = form.dataset.key ?? '';
    this.#subscribed = form.dataset.subscribed === 'true';
  }

  static get isSupported() { return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window; }

  async start() {
    this.#form.hidden = false;
    this.#form.addEventListener('submit', event => {
      event.preventDefault();
      void this.#toggle();
    });
    this.#showState();
    if (this.#isOn) await this.#refresh().catch(() => {}); // Tried again on the next page.
    const permission = await navigator.permissions?.query({ name: 'notifications' }).catch(() => null);
    permission?.addEventListener('change', () => {
      this.#say('');
      this.#showState();
    });
  }

  get #isOn() { return this.#subscribed && Notification.permission === 'granted'; }

  get #isBlocked() { return Notification.permission === 'denied'; }

  #showState() {
    this.#form.dataset.state = this.#isBlocked ? 'blocked' : this.#isOn ? 'on' : 'off';
    this.#button.setAttribute('aria-pressed', String(this.#isOn));
  }

  async #toggle() {
    if (this.#busy) return;
    if (this.#isBlocked) return this.#say(this.#note.hidden ? this.#note.dataset.blocked : '');
    this.#busy = true;
    this.#say('');
    try {
      await (this.#isOn ? this.#turnOff() : this.#turnOn());
    } catch (error) {
      this.#say(error instanceof HttpError && error.detail ? error.detail : this.#note.dataset.failed);
    } finally {
      this.#busy = false;
      this.#showState();
    }
  }

  async #turnOn() {
    const permission = await Notification.requestPermission();
    if (permission === 'denied') this.#say(this.#note.dataset.blocked);
    if (permission === 'granted') await this.#subscribe();
  }

  async #turnOff() {
    await fetchJson(appUrl('/chat/notifications?handler=Unsubscribe'), { timeout: TIMEOUT, form: this.#form, fields: {} });
    this.#subscribed = false;
    const worker = await navigator.serviceWorker.getRegistration();
    await (await worker?.pushManager.getSubscription())?.unsubscribe();
  }

  /** Renews the subscription if the browser has dropped it, or if the server has another key. */
  async #refresh() {
    const worker = await navigator.serviceWorker.getRegistration();
    const subscription = await worker?.pushManager.getSubscription();
    if (!subscription || !this.#fits(subscription)) await this.#subscribe();
  }

  async #subscribe() {
    await navigator.serviceWorker.register(this.#worker ||= trusted(WORKER));
    const { pushManager } = await navigator.serviceWorker.ready;
    const before = await pushManager.getSubscription();
    if (before && !this.#fits(before)) await before.unsubscribe();
    const { endpoint = '', keys } = (await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: this.#key })).toJSON();
    const fields = { endpoint, p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' };
    await fetchJson(appUrl('/chat/notifications'), { timeout: TIMEOUT, form: this.#form, fields });
    this.#subscribed = true;
  }

  /** @param {PushSubscription} subscription */
  #fits(subscription) {
    const theirs = new Uint8Array(subscription.options.applicationServerKey ?? new ArrayBuffer(0));
    return btoa(String.fromCharCode(...theirs)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') === this.#key;
  }

  /** @param {string | undefined} text */
  #say(text) {
    this.#note.textContent = text ?? '';
    this.#note.hidden = !text;
  }
}

/**
 * Trusted Types guard the URLs of scripts. The content security policy allows to create this policy only once per page.
 * @param {string} url
 * @returns {string}
 */
function trusted(url) {
  const { trustedTypes: types } = /** @type {{ trustedTypes?: TrustedTypes }} */ (window);
  return types ? types.createPolicy('worker', { createScriptURL: () => url }).createScriptURL(url) : url;
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
const note = document.querySelector('[data-notification-status]');
const mute = document.querySelector('[data-mute]');

countInTitle();
if (room) closeRoomNotifications(room);
if (toggle instanceof HTMLFormElement && note instanceof HTMLElement && NotificationToggle.isSupported) void new NotificationToggle(toggle, note).start();
if (mute instanceof HTMLFormElement) enhanceMuteForm(mute);
