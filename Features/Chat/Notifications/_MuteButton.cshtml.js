// @ts-check
// Mutes the room without loading it anew. Where that fails, the form goes its own way, and whatever is wrong is said there.
import { ask } from '/js/http.js';

const TIMEOUT = 10_000;

const form = /** @type {HTMLFormElement} */ (document.querySelector('[data-mute]'));
const button = /** @type {HTMLButtonElement} */ (form.querySelector('button'));
const field = /** @type {HTMLInputElement} */ (form.elements.namedItem('muted'));

let busy = false;

form.addEventListener('submit', async event => {
  event.preventDefault();
  if (busy) return;
  busy = true;
  const muted = field.value;
  try {
    await ask(form.action, { timeout: TIMEOUT, form, fields: { muted } });
    button.setAttribute('aria-pressed', muted);
    field.value = String(muted !== 'true');
  } catch {
    form.submit();
  } finally {
    busy = false;
  }
});
