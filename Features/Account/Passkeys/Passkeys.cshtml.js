// @ts-check
import { addPasskey, explain, findPasskeyObstacle } from '/js/passkeys.js';

const form = /** @type {HTMLFormElement} */ (document.querySelector('[data-add-passkey]'));
const error = /** @type {HTMLElement} */ (form.querySelector('[data-error]'));
const button = /** @type {HTMLButtonElement} */ (form.querySelector('button'));

const obstacle = findPasskeyObstacle();

if (obstacle) {
  /** @type {HTMLElement} */ (document.querySelector(`[data-obstacle=${obstacle}]`)).hidden = false;
} else {
  form.hidden = false;
  form.addEventListener('submit', add);
}

/** @param {Event} event */
async function add(event) {
  event.preventDefault();
  if (button.ariaDisabled) return;
  error.hidden = true;
  button.ariaDisabled = 'true'; // Unlike a disabled button, it keeps the focus.
  try {
    await addPasskey(form, { name: valueOf('name'), password: valueOf('password') });
    location.reload();
  } catch (reason) {
    error.textContent = explain(reason, form.dataset);
    error.hidden = false;
  } finally {
    button.ariaDisabled = null;
  }
}

/** @param {string} name */
function valueOf(name) { return /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value; }
