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
  error.hidden = true;
  button.disabled = true;
  try {
    await addPasskey(form, { name: valueOf('name'), password: valueOf('password') });
    location.reload();
  } catch (reason) {
    error.textContent = explain(reason, form.dataset);
    error.hidden = false;
  } finally {
    button.disabled = false;
  }
}

/** @param {string} name */
function valueOf(name) { return /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value; }
