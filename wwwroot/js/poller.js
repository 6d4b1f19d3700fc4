// @ts-check
import { HttpError } from './http.js';
import { backoff } from './backoff.js';

const FAILURES_BEFORE_TROUBLE = 3;
const SHORTEST_INTERVAL = 100;

/**
 * How often to ask, in milliseconds, and how many seconds the server may hold a question, as the page says in its badge.
 * @returns {{ interval: number, wait: number }}
 */
export function pace() {
  const slot = document.querySelector('[data-badge-slot]');
  const said = slot instanceof HTMLElement ? slot.dataset : {};
  return { interval: Number(said.pollSeconds ?? 2) * 1000, wait: Number(said.waitSeconds ?? 0) };
}

/**
 * Asks the same question again and again: one question at a time, the next one only after the answer; at once on waking up, on
 * coming online and on becoming visible; never while hidden or after leaving; more and more rarely while it fails.
 */
export class Poller {
  #ask;
  #interval;
  #onTrouble;
  #onEnd;
  #running = false;
  #failures = 0;
  /** @type {AbortController | null} */ #question = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /**
   * @param {(signal: AbortSignal) => Promise<{ again: boolean }>} ask answers whether there is more to ask for at once
   * @param {{
   *   interval: number,
   *   onTrouble?: (failures: number) => void,
   *   onEnd?: (error: HttpError) => void,
   * }} options interval in milliseconds from question to question; onTrouble hears of several failures in a row, and with 0 that
   *   all is well again; onEnd hears why it stopped for good
   */
  constructor(ask, { interval, onTrouble = () => {}, onEnd = () => {} }) {
    this.#ask = ask;
    this.#interval = interval;
    this.#onTrouble = onTrouble;
    this.#onEnd = onEnd;
  }

  start() {
    if (this.#running) return;
    this.#running = true;
    document.addEventListener('visibilitychange', this.#onVisibility);
    addEventListener('online', this.#onOnline);
    addEventListener('pageshow', this.wake);
    addEventListener('pagehide', this.#pause);
    this.wake();
  }

  stop() {
    this.#running = false;
    document.removeEventListener('visibilitychange', this.#onVisibility);
    removeEventListener('online', this.#onOnline);
    removeEventListener('pageshow', this.wake);
    removeEventListener('pagehide', this.#pause);
    this.#pause();
  }

  /** Asks now, unless a question is on its way. */
  wake = () => {
    if (!this.#running || document.hidden || this.#question) return;
    clearTimeout(this.#timer);
    void this.#turn();
  };

  #onVisibility = () => (document.hidden ? this.#pause() : this.wake());

  /** A question held over the connection that broke may never be answered. */
  #onOnline = () => {
    this.#pause();
    this.wake();
  };

  #pause = () => {
    clearTimeout(this.#timer);
    this.#question?.abort();
    this.#question = null;
  };

  async #turn() {
    const question = (this.#question = new AbortController());
    const asked = performance.now();
    let wait = 0;
    try {
      const { again } = await this.#ask(question.signal);
      if (question.signal.aborted) return;
      this.#settle();
      wait = Math.max(0, (again ? SHORTEST_INTERVAL : this.#interval) - (performance.now() - asked));
    } catch (error) {
      if (question.signal.aborted) return;
      if (error instanceof HttpError && (error.isSignedOut || error.isFinal)) return this.#end(error);
      wait = this.#stumble(error);
    }
    this.#question = null;
    this.#timer = setTimeout(this.wake, wait);
  }

  #settle() {
    if (this.#failures >= FAILURES_BEFORE_TROUBLE) this.#onTrouble(0);
    this.#failures = 0;
  }

  /** @param {unknown} error */
  #stumble(error) {
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
