// @ts-check
// Exponential backoff with jitter, so that a thousand pages do not retry in the same second
// (M. Brooker, "Exponential Backoff And Jitter"). The delay is random between half of the exponential delay and all of it.

const FIRST = 500;
const LONGEST = 20_000;
const LONGEST_OBEYED = 3_600_000; // A timer of 2^31 ms or more would fire immediately.

/**
 * Returns the delay before the next attempt in milliseconds.
 * @param {number} failures the number of failures in a row @param {number} atLeast the Retry-After of the server in milliseconds
 */
export function backoff(failures, atLeast = 0, random = Math.random) {
  const most = Math.min(LONGEST, FIRST * 2 ** Math.min(failures, 10));
  return Math.max(Math.min(atLeast, LONGEST_OBEYED), most * (0.5 + random() / 2));
}
