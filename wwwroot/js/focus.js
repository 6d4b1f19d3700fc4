// @ts-check

/**
 * Changes the page without losing the keyboard focus. If the focused element is removed or hidden, the browser moves the focus to the body,
 * and users of keyboards and screen readers start again at the top of the page.
 * @template T
 * @param {() => T} change
 * @param {HTMLElement | null | undefined} fallback focused if the focused element is gone or hidden after the change
 */
export function keepFocus(change, fallback) {
  const focused = document.activeElement;
  const result = change();
  if (!(focused instanceof HTMLElement) || focused === document.body) return result;
  const now = document.activeElement;
  const isUsable = focused.isConnected && focused.checkVisibility({ visibilityProperty: true }) && !focused.matches(':disabled');
  if (now === focused ? isUsable : now !== document.body && now !== null) return result;
  (isUsable ? focused : fallback)?.focus({ preventScroll: true }); // A moved element has lost the focus, but can take it again.
  return result;
}
