// @ts-check
import { HttpError } from './http.js';
import { backoff } from './backoff.js';
import { TabGroup } from './tab-group.js';

/** @typedef {import('./tab-group.js').Update} Update */

const FAILURES_BEFORE_TROUBLE = 3;
const MIN_INTERVAL = 100;
const MIN_HELD = 1_000;
const SHORTER_WAIT_FACTOR = 0.8;
const SHORTER_WAIT_DURATION = 600_000;
const LEADER_DELAY = 10_000;

/**
 * Reads the interval between polls in milliseconds, and how many seconds the server may hold a poll, from the attributes of the badge.
 * @returns {{ interval: number, wait: number }}
 */
export function pollingConfig() {
  const slot = document.querySelector('[data-badge-slot]');
  const config = slot instanceof HTMLElement ? slot.dataset : {};
  return { interval: Number(config.pollSeconds ?? 2) * 1000, wait: Number(config.waitSeconds ?? 0) };
}

/**
 * Sends polls, one at a time, for as long as the page is visible and online. Of the browser's tabs one holds its poll; the others poll when
 * that one has news (see TabGroup). It polls immediately when the page is shown, becomes visible or comes online, and backs off after
 * failures. While the user is signed out it polls only when there is a sign of a new session: the focus, or another page that was opened.
 */
export class Poller {
  #poll;
  #interval;
  #wait;
  #isNews;
  #onTrouble;
  #onEnd;
  #tabs;
  #user = document.documentElement.dataset.user ?? '';
  #running = false;
  #failures = 0;
  #isSignedOut = false;
  #shorterWait = { seconds: 0, until: 0 };
  #heardAt = 0; // The last sign of life of the tab that leads.
  #hasNews = false;
  #askedAt = 0;
  /** @type {AbortController | null} */ #request = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /**
   * @param {(signal: AbortSignal, wait: number) => Promise<{ update: Update | null, hasMore?: boolean }>} poll sends one request, which the
   *   server may hold for `wait` seconds; update: null if nothing is new; hasMore: there is more to ask for at once
   * @param {{
   *   interval: number,
   *   wait?: number,
   *   isNews?: (update: Update) => boolean,
   *   onTrouble?: (failures: number) => void,
   *   onEnd?: (error: HttpError) => void,
   * }} options interval: milliseconds from one request to the next; wait: how many seconds a poll may be held; isNews: takes the result of
   *   another tab's poll, and returns whether this page must poll, too; onTrouble: called after several failures in a row, and with 0 when
   *   that or a signed-out session is over; onEnd: called when the user is signed out, and when polling stops because of an error that a
   *   retry cannot solve
   */
  constructor(poll, { interval, wait = 0, isNews = () => true, onTrouble = () => {}, onEnd = () => {} }) {
    this.#poll = poll;
    this.#interval = interval;
    this.#wait = wait;
    this.#isNews = isNews;
    this.#onTrouble = onTrouble;
    this.#onEnd = onEnd;
    this.#tabs = new TabGroup(this.#user, { onLead: this.#onLead, onUpdate: this.#onUpdate, onJoin: this.#onJoin });
  }

  start() {
    if (this.#running) return;
    this.#running = true;
    document.addEventListener('visibilitychange', this.#onVisibility);
    addEventListener('online', this.restart);
    addEventListener('offline', this.#pause);
    addEventListener('pageshow', this.pollNow);
    addEventListener('pagehide', this.#pause);
    addEventListener('focus', this.#onFocus);
    this.pollNow();
  }

  stop() {
    this.#running = false;
    document.removeEventListener('visibilitychange', this.#onVisibility);
    removeEventListener('online', this.restart);
    removeEventListener('offline', this.#pause);
    removeEventListener('pageshow', this.pollNow);
    removeEventListener('pagehide', this.#pause);
    removeEventListener('focus', this.#onFocus);
    this.#pause();
  }

  /** Polls now, unless a request is pending. */
  pollNow = () => {
    if (!this.#running || document.hidden || !navigator.onLine || this.#request) return;
    clearTimeout(this.#timer);
    if (this.#tabs.join()) this.#heardAt = performance.now();
    void this.#pollOnce();
  };

  /** Polls now, without the response to a pending request: it may never come after the connection broke, or be that of another session. */
  restart = () => {
    this.#abort();
    this.pollNow();
  };

  #onVisibility = () => (document.hidden ? this.#pause() : this.pollNow());

  #onFocus = () => {
    if (this.#isSignedOut) this.pollNow();
  };

  /** Another page was opened: if the session has changed, the server says so. @param {string} user */
  #onJoin = user => {
    if (this.#isSignedOut || user !== this.#user) this.restart();
  };

  #onLead = () => {
    if (!this.#request && !this.#isSignedOut && this.#failures === 0) this.#scheduleAfter(this.#intervalAfter(null, 0));
  };

  /** The leading tab's poll was answered. @param {Update | null} update */
  #onUpdate = update => {
    this.#heardAt = performance.now();
    if (update && this.#isNews(update)) this.#hasNews = true;
    if (this.#hasNews || this.#isSignedOut) this.pollNow();
    else if (!this.#tabs.leads && !this.#request && this.#failures === 0) this.#schedule(this.#patience);
  };

  #pause = () => {
    this.#abort();
    this.#tabs.leave();
  };

  #abort() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#request = null;
  }

  async #pollOnce() {
    const request = (this.#request = new AbortController());
    const wait = this.#tabs.leads ? this.#acceptedWait() : 0;
    this.#askedAt = performance.now();
    this.#hasNews = false;
    try {
      const { update, hasMore = false } = await this.#poll(request.signal, wait);
      if (request.signal.aborted) return;
      this.#handleSuccess();
      if (this.#tabs.leads) this.#tabs.broadcast(update);
      this.#scheduleAfter(hasMore || this.#hasNews ? MIN_INTERVAL : this.#intervalAfter(update, wait));
    } catch (error) {
      if (request.signal.aborted) return;
      if (error instanceof HttpError && error.isFinal) return this.#end(error);
      if (error instanceof HttpError && error.isSignedOut) return this.#signOut(error);
      this.#schedule(this.#learnWait(error, wait, performance.now() - this.#askedAt) ? 0 : this.#handleFailure(error));
    }
    this.#request = null;
  }

  /** @param {number} interval from the last request to the next, in milliseconds */
  #scheduleAfter(interval) { this.#schedule(Math.max(0, interval - (performance.now() - this.#askedAt))); }

  /** @param {number} delay */
  #schedule(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.pollNow, delay);
  }

  /** @param {Update | null} update @param {number} wait */
  #intervalAfter(update, wait) {
    if (!this.#tabs.leads) return performance.now() - this.#heardAt < this.#patience ? this.#patience : this.#interval;
    const again = wait > 0 ? update !== null : this.#acceptedWait() > 0; // A poll that may be held is answered with 204 at once if too many are.
    return again ? MIN_INTERVAL : this.#interval;
  }

  /** How long the leading tab may be silent. After that, a dialog may block it, and this tab polls at the interval. */
  get #patience() { return Math.max(this.#wait * 1000, this.#interval) + LEADER_DELAY; }

  /** How many seconds a poll is held without being cut off. */
  #acceptedWait() { return performance.now() < this.#shorterWait.until ? this.#shorterWait.seconds : this.#wait; }

  /**
   * Asks for shorter waits, for some minutes, after a proxy has cut off a held poll. With a wait below the interval polls are not held.
   * @param {unknown} error @param {number} wait @param {number} held in milliseconds
   * @returns {boolean} false if the error is another one
   */
  #learnWait(error, wait, held) {
    if (held < MIN_HELD || held >= wait * 1000 || (error instanceof HttpError && !error.isGateway)) return false;
    const seconds = Math.floor(held * SHORTER_WAIT_FACTOR / 1000);
    this.#shorterWait = { seconds: seconds * 1000 < this.#interval ? 0 : seconds, until: performance.now() + SHORTER_WAIT_DURATION };
    return true;
  }

  #handleSuccess() {
    if (this.#failures >= FAILURES_BEFORE_TROUBLE || this.#isSignedOut) this.#onTrouble(0);
    this.#failures = 0;
    this.#isSignedOut = false;
  }

  /** @param {unknown} error */
  #handleFailure(error) {
    this.#failures++;
    if (this.#failures >= FAILURES_BEFORE_TROUBLE) this.#onTrouble(this.#failures);
    return backoff(this.#failures, error instanceof HttpError ? error.retryAfter : 0);
  }

  /** @param {HttpError} error */
  #signOut(error) {
    this.#request = null;
    this.#isSignedOut = true;
    this.#onEnd(error);
  }

  /** @param {HttpError} error */
  #end(error) {
    this.stop();
    this.#onEnd(error);
  }
}
