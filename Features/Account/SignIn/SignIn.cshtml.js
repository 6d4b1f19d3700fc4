// @ts-check
import { explain, findPasskeyObstacle, signInWithPasskey } from '/js/passkeys.js';

const form = /** @type {HTMLFormElement} */ (document.querySelector('[data-sign-in]'));
const way = /** @type {HTMLElement} */ (document.querySelector('[data-passkey]'));
const button = /** @type {HTMLButtonElement} */ (way.querySelector('button'));
const error = /** @type {HTMLElement} */ (way.querySelector('[data-error]'));

way.hidden = findPasskeyObstacle() !== null;
button.addEventListener('click', async () => {
  error.hidden = true;
  button.disabled = true;
  try {
    location.assign(await signInWithPasskey(form));
  } catch (reason) {
    error.textContent = explain(reason, way.dataset);
    error.hidden = false;
  } finally {
    button.disabled = false; // Also for who comes back to this page.
  }
});
