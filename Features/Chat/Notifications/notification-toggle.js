// @ts-check
// The bell above the chat list: turns notifications on and off in this browser, and says why where they cannot be had.
import { appUrl } from '/js/app-url.js';
import { HttpError, fetchJson } from '/js/http.js';
import { decideNotifications, findPushObstacle } from './notification-state.js';

/**
 * Trusted Types, which TypeScript's DOM library does not declare yet (https://w3c.github.io/trusted-types/dist/spec/).
 * @typedef {{ createPolicy: (name: string, rules: Rules) => Rules }} TrustedTypes
 * @typedef {{ createScriptURL: (url: string) => string }} Rules
 */

const TIMEOUT = 10_000;
const WORKER = appUrl('/chat-worker.js');

/** The browser, its service worker or its push service failed, or did not respond in time. */
class BrowserError extends Error {}

export class NotificationToggle {
  #form;
  #button;
  #status;
  #label;
  #obstacle = findPushObstacle();
  #server;
  #endpoint;
  #worker = '';

  /** @param {HTMLFormElement} form @param {HTMLElement} status */
  constructor(form, status) {
    this.#form = form;
    this.#button = /** @type {HTMLButtonElement} */ (form.querySelector('button'));
    this.#status = status;
    this.#label = this.#button.title;
    this.#server = /** @type {import('./notification-state.js').ServerState} */ (form.dataset.server);
    this.#endpoint = form.dataset.endpoint ?? '';
  }

  async start() {
    this.#form.addEventListener('submit', event => {
      event.preventDefault();
      void this.#press();
    });
    this.#show();
    this.#form.hidden = false;
    await this.#reconcile();
    const permission = await navigator.permissions?.query({ name: 'notifications' }).catch(() => null);
    permission?.addEventListener('change', () => {
      this.#say('');
      void this.#reconcile();
    });
  }

  get #state() { return this.#decide(null).shown; }

  /** @param {PushSubscription | null} subscription */
  #decide(subscription) {
    return decideNotifications({
      isAvailable: !this.#obstacle,
      permission: this.#obstacle ? 'default' : Notification.permission,
      server: this.#server,
      isSubscribed: Boolean(subscription),
      isSame: subscription?.endpoint === this.#endpoint && keyOf(subscription) === this.#form.dataset.key,
    });
  }

  /** @param {import('./notification-state.js').BellState} state */
  #show(state = this.#state) {
    const cannot = state === 'unavailable' || state === 'blocked';
    this.#form.dataset.state = state;
    this.#button.title = cannot ? this.#reason : this.#label; // A title that differs from the label is the button's description.
    if (cannot) this.#button.removeAttribute('aria-pressed');
    else this.#button.setAttribute('aria-pressed', String(state === 'on'));
  }

  get #reason() { return this.#status.dataset[this.#obstacle ?? 'blocked'] ?? ''; }

  /** Makes the browser and the server agree, for either may have lost its part. A failure is tried again on the next page. */
  async #reconcile() {
    await this.#exclusively(async () => {
      const { shown, action } = this.#decide(await subscriptionOf());
      if (action === 'drop') await drop();
      if (action === 'end') await this.#end();
      if (action === 'renew') await this.#subscribe();
      this.#show(shown);
    }).catch(() => this.#show(this.#state === 'on' ? 'off' : this.#state));
  }

  async #press() {
    const state = this.#form.dataset.state;
    if (state === 'unavailable' || state === 'blocked') return this.#say(this.#status.hidden ? this.#reason : '');
    this.#say('');
    try {
      await (state === 'on' ? this.#exclusively(() => this.#end()) : this.#turnOn());
      this.#show();
    } catch (error) {
      this.#say(this.#explain(error));
    }
  }

  async #turnOn() {
    const permission = await Notification.requestPermission(); // Browsers require that the click is recent, so nothing may come before.
    if (permission === 'denied') this.#say(this.#reason);
    if (permission === 'default') this.#say(this.#status.dataset.dismissed);
    if (permission !== 'granted') return;
    await this.#exclusively(async () => {
      if (this.#form.dataset.state !== 'on') await this.#subscribe(); // Another click may have done it while the browser asked.
    });
  }

  /**
   * Runs the work while nothing else changes the subscription of this browser, in this tab or another.
   * @param {() => Promise<void>} work
   */
  async #exclusively(work) {
    this.#button.setAttribute('aria-busy', 'true');
    try {
      await (navigator.locks ? navigator.locks.request('market-push', work) : work());
    } finally {
      this.#button.removeAttribute('aria-busy');
    }
  }

  /** Subscribes anew: the subscription that the browser still has may be dead, and subscribe() would return it again. */
  async #subscribe() {
    const { serviceWorker } = navigator;
    await inTime(serviceWorker.register(this.#worker ||= trusted(WORKER)));
    const { pushManager } = await inTime(serviceWorker.ready);
    await drop();
    const subscription = await inTime(pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: this.#form.dataset.key }));
    const { endpoint = '', keys } = subscription.toJSON();
    const fields = { endpoint, p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' };
    await fetchJson(this.#form.action, { timeout: TIMEOUT, form: this.#form, fields });
    this.#server = 'active';
    this.#endpoint = endpoint;
    this.#show();
  }

  async #end() {
    await fetchJson(`${this.#form.action}?handler=Unsubscribe`, { timeout: TIMEOUT, form: this.#form, fields: {} });
    this.#server = 'none';
    await drop().catch(() => {}); // The server sends nothing any more, and the next page tries again.
  }

  /** @param {unknown} error */
  #explain(error) {
    if (error instanceof HttpError && error.detail) return error.detail;
    if (this.#state === 'blocked') return this.#reason;
    return error instanceof BrowserError ? this.#status.dataset.noService : this.#status.dataset.failed;
  }

  /** @param {string | undefined} text */
  #say(text) {
    this.#status.textContent = text ?? '';
    this.#status.hidden = !text;
  }
}

/** Returns the subscription that the browser has, or null. */
async function subscriptionOf() {
  const worker = await inTime(navigator.serviceWorker?.getRegistration());
  return await inTime(worker?.pushManager?.getSubscription()) ?? null;
}

/** Ends the subscription that the browser has. */
async function drop() { await inTime((await subscriptionOf())?.unsubscribe()); }

/** Returns the key that a subscription was made for, in base64url. @param {PushSubscription} subscription */
function keyOf(subscription) {
  const key = new Uint8Array(subscription.options.applicationServerKey ?? new ArrayBuffer(0));
  return btoa(String.fromCharCode(...key)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/**
 * Waits for an operation of the browser. Some never end, such as `ready` without a worker, or subscribe() without a push service.
 * @template T
 * @param {T} operation
 * @returns {Promise<Awaited<T>>}
 */
async function inTime(operation) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;
  try {
    /** @type {Promise<never>} */
    const late = new Promise((_, reject) => { timer = setTimeout(reject, TIMEOUT, new Error('The browser did not respond in time.')); });
    return await Promise.race([operation, late]);
  } catch (cause) {
    throw new BrowserError('Notifications cannot be changed.', { cause });
  } finally {
    clearTimeout(timer);
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
