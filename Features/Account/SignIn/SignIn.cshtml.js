// @ts-check
import { explain, findPasskeyObstacle, signInWithPasskey } from '/js/passkeys.js';

const form = /** @type {HTMLFormElement} */ (document.querySelector('[data-sign-in]'));
const way = /** @type {HTMLElement} */ (document.querySelector('[data-passkey]'));
const button = /** @type {HTMLButtonElement} */ (way.querySelector('button'));
const error = /** @type {HTMLElement} */ (way.querySelector('[data-error]'));

way.hidden = findPasskeyObstacle() !== null;
button.addEventListener('click', async () => {
  if (button.ariaDisabled) return;
  error.hidden = true;
  button.ariaDisabled = 'true'; // Unlike a disabled button, it keeps the focus.
  try {
    location.assign(await signInWithPasskey(form));
  } catch (reason) {
    error.textContent = explain(reason, way.dataset);
    error.hidden = false;
  } finally {
    button.ariaDisabled = null; // Also for who comes back to this page.
  }
});
