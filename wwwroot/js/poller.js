// @ts-check
import { HttpError } from './http.js';
import { backoff } from './backoff.js';

const FAILURES_BEFORE_TROUBLE = 3;
const MIN_INTERVAL = 100;

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
 * Sends polls, one at a time. It polls immediately when the page is shown, becomes visible or comes online; it does not poll while the
 * page is hidden or has been left; and it backs off after failures.
 */
export class Poller {
  #poll;
  #interval;
  #onTrouble;
  #onEnd;
  #running = false;
  #failures = 0;
  /** @type {AbortController | null} */ #request = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /**
   * @param {(signal: AbortSignal) => Promise<{ again: boolean }>} poll sends one request; `again` asks for the next one without the interval
   * @param {{
   *   interval: number,
   *   onTrouble?: (failures: number) => void,
   *   onEnd?: (error: HttpError) => void,
   * }} options interval: milliseconds from one request to the next; onTrouble: called after several failures in a row, and with
   *   0 after the next success; onEnd: called when polling stops because of an error that a retry cannot solve
   */
  constructor(poll, { interval, onTrouble = () => {}, onEnd = () => {} }) {
    this.#poll = poll;
    this.#interval = interval;
    this.#onTrouble = onTrouble;
    this.#onEnd = onEnd;
  }

  start() {
    if (this.#running) return;
    this.#running = true;
    document.addEventListener('visibilitychange', this.#onVisibility);
    addEventListener('online', this.#onOnline);
    addEventListener('pageshow', this.pollNow);
    addEventListener('pagehide', this.#pause);
    this.pollNow();
  }

  stop() {
    this.#running = false;
    document.removeEventListener('visibilitychange', this.#onVisibility);
    removeEventListener('online', this.#onOnline);
    removeEventListener('pageshow', this.pollNow);
    removeEventListener('pagehide', this.#pause);
    this.#pause();
  }

  /** Polls now, unless a request is pending. */
  pollNow = () => {
    if (!this.#running || document.hidden || this.#request) return;
    clearTimeout(this.#timer);
    void this.#pollOnce();
  };

  #onVisibility = () => (document.hidden ? this.#pause() : this.pollNow());

  /** A pending request may never get a response after the connection broke. */
  #onOnline = () => {
    this.#pause();
    this.pollNow();
  };

  #pause = () => {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#request = null;
  };

  async #pollOnce() {
    const request = (this.#request = new AbortController());
    const asked = performance.now();
    let wait = 0;
    try {
      const { again } = await this.#poll(request.signal);
      if (request.signal.aborted) return;
      this.#handleSuccess();
      wait = Math.max(0, (again ? MIN_INTERVAL : this.#interval) - (performance.now() - asked));
    } catch (error) {
      if (request.signal.aborted) return;
      if (error instanceof HttpError && (error.isSignedOut || error.isFinal)) return this.#end(error);
      wait = this.#handleFailure(error);
    }
    this.#request = null;
    this.#timer = setTimeout(this.pollNow, wait);
  }

  #handleSuccess() {
    if (this.#failures >= FAILURES_BEFORE_TROUBLE) this.#onTrouble(0);
    this.#failures = 0;
  }

  /** @param {unknown} error */
  #handleFailure(error) {
    this.#failures++;
    if (this.#failures >= FAILURES_BEFORE_TROUBLE) this.#onTrouble(this.#failures);
    return backoff(this.#failures, error instanceof HttpError ? error.retryAfter : 0);
  }

  /** @param {HttpError} error */
  #end(error) {
    this.stop();
    this.#onEnd(error);
  }
}
