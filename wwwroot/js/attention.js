// @ts-check
// Whether the user looks at the page. Several windows can be visible at once, but the user looks at the one that has the focus or is acted upon.

const ACTION_LASTS = 5_000;
const ACTIONS = ['pointerdown', 'keydown', 'wheel']; // A wheel scrolls a window without focusing it.

let actedAt = -Infinity;
for (const action of ACTIONS) addEventListener(action, () => { actedAt = performance.now(); }, { capture: true, passive: true });

/** Whether the page is visible, and has the focus or has just been acted upon. */
export const hasAttention = () => !document.hidden && (document.hasFocus() || performance.now() - actedAt < ACTION_LASTS);

/** Calls `listener` once, when the page may have got the user's attention. @param {() => void} listener */
export function onAttention(listener) {
  const once = new AbortController();
  const notify = () => {
    once.abort();
    listener();
  };
  for (const event of ['focus', ...ACTIONS]) addEventListener(event, notify, { capture: true, passive: true, signal: once.signal });
  document.addEventListener('visibilitychange', notify, { signal: once.signal });
}
