// @ts-check
// The tabs of a browser share one held poll, because a browser opens no more than six connections to an HTTP/1.1 server.
import { appUrl } from './app-url.js';

/**
 * @typedef {{ version: number, unreadRooms: number }} Update what a poll has brought for the user, whatever the page
 * @typedef {{ user: string, update?: Update | null }} Message
 *   user: the id of the sender's user; update: the result of the held poll, null if nothing is new; left out by a tab that has just joined
 */

const NAME = `market-poll${appUrl('')}`; // Two copies of the app under paths of one host are two groups.

/**
 * The membership of a visible tab in the group of all visible tabs of the browser. One of them leads: it holds a lock
 * (https://www.w3.org/TR/web-locks) and the poll, and broadcasts what the poll brings. When it is hidden, closed or has crashed, the browser
 * gives the lock to another member. Without Web Locks, which need a secure context, or BroadcastChannel every tab leads; the server then
 * limits the number of polls that it holds for one browser.
 */
export class TabGroup {
  #user;
  #onLead;
  #onUpdate;
  #onJoin;
  #leads = false;
  /** @type {AbortController | null} */ #membership = null;
  /** @type {BroadcastChannel | null} */ #channel = null;

  /**
   * @param {string} user the id of the page's user
   * @param {{ onLead: () => void, onUpdate: (update: Update | null) => void, onJoin: (user: string) => void }} listeners
   *   onLead: this tab leads from now on; onUpdate: another tab's poll has been answered; onJoin: a tab of the user `user` has joined
   */
  constructor(user, { onLead, onUpdate, onJoin }) {
    this.#user = user;
    this.#onLead = onLead;
    this.#onUpdate = onUpdate;
    this.#onJoin = onJoin;
  }

  get leads() { return this.#leads; }

  /** @returns {boolean} false if the tab is a member already */
  join() {
    if (this.#membership) return false;
    const { signal } = (this.#membership = new AbortController());
    if (!navigator.locks || !('BroadcastChannel' in globalThis)) {
      this.#leads = true;
      return true;
    }
    this.#channel = new BroadcastChannel(NAME);
    this.#channel.onmessage = ({ data }) => this.#receive(data);
    this.#channel.postMessage({ user: this.#user });
    navigator.locks.request(`${NAME}:${this.#user}`, { signal }, () => this.#lead(signal))
      .catch(() => this.#lead(signal)); // The tab has left, or the browser forbids locks.
    return true;
  }

  leave() {
    this.#leads = false;
    this.#membership?.abort();
    this.#membership = null;
    this.#channel?.close();
    this.#channel = null;
  }

  /** Tells the other tabs the result of this tab's poll. @param {Update | null} update */
  broadcast(update) { this.#channel?.postMessage({ user: this.#user, update }); }

  /** Leads, and keeps the lock, until the tab leaves the group. @param {AbortSignal} signal @returns {Promise<void>} */
  async #lead(signal) {
    if (signal.aborted) return;
    this.#leads = true;
    this.#onLead();
    await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }));
  }

  /** @param {Message} message */
  #receive({ user, update }) {
    if (update === undefined || user !== this.#user) this.#onJoin(user);
    else this.#onUpdate(update);
  }
}
