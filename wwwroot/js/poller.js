// @ts-check
import { HttpError } from './http.js';
import { backoff } from './backoff.js';

const FAILURES_BEFORE_TROUBLE = 3;
const MIN_INTERVAL = 100;

/**
 * How often to fetchJson, in milliseconds, and how many seconds the server may hold a question, as the page says in its badge.
 * @returns {{ interval: number, wait: number }}
 */
export function pollingConfig() {
  const slot = document.querySelector('[data-badge-slot]');
  const config = slot instanceof HTMLElement ? slot.dataset : {};
  return { interval: Number(config.pollSeconds ?? 2) * 1000, wait: Number(config.waitSeconds ?? 0) };
}

/**
 * Asks the same question again and again: one question at a time, the next one only after the answer; at once on waking up, on
 * coming online and on becoming visible; never while hidden or after leaving; more and more rarely while it fails.
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
   * @param {(signal: AbortSignal) => Promise<{ again: boolean }>} poll answers whether there is more to ask for at once
   * @param {{
   *   interval: number,
   *   onTrouble?: (failures: number) => void,
   *   onEnd?: (error: HttpError) => void,
   * }} options interval in milliseconds from question to question; onTrouble hears of several failures in a row, and with 0 that
   *   all is well again; onEnd hears why it stopped for good
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

  /** Asks now, unless a question is on its way. */
  pollNow = () => {
    if (!this.#running || document.hidden || this.#request) return;
    clearTimeout(this.#timer);
    void this.#pollOnce();
  };

  #onVisibility = () => (document.hidden ? this.#pause() : this.pollNow());

  /** A question held over the connection that broke may never be answered. */
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
