// @ts-check
// How long to wait after failures: doubling, with "full jitter", so that a thousand pages do not come back in one second
// (M. Brooker, "Exponential Backoff And Jitter").

const FIRST = 500;
const LONGEST = 20_000;
const LONGEST_OBEYED = 3_600_000; // A timer of more than 2^31 ms would run out at once.

/** @param {number} failures how many in a row @param {number} atLeast milliseconds the server asked to wait */
export function backoff(failures, atLeast = 0, random = Math.random) {
  const most = Math.min(LONGEST, FIRST * 2 ** Math.min(failures, 10));
  return Math.max(Math.min(atLeast, LONGEST_OBEYED), most * (0.5 + random() / 2));
}
