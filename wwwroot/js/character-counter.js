// @ts-check
// Counts the characters of fields with a limit (data-max-characters). Near the limit the number of characters left is shown; beyond it,
// the form cannot be submitted. Nothing is cut: with maxlength a browser would cut what is pasted, without a word.
import { countCharacters } from './plain-text.js';

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Field */

const FIELDS = '[data-max-characters]';
const SHOWN_FROM = 0.9;

export function startCharacterCounters() {
  for (const field of document.querySelectorAll(FIELDS)) updateCharacterCounter(/** @type {Field} */ (field));
  document.addEventListener('input', ({ target }) => {
    if (target instanceof Element && target.matches(FIELDS)) updateCharacterCounter(/** @type {Field} */ (target));
  });
}

/** Scripts that set the value of a field call this; the browser reports no input then. @param {Field} field */
export function updateCharacterCounter(field) {
  const max = Number(field.dataset.maxCharacters);
  // A text has at least as many UTF-16 code units as characters.
  const count = field.value.length < max * SHOWN_FROM ? 0 : countCharacters(field.value.trim().normalize());
  const { charactersLeft = '{0}', tooManyCharacters = '{0}' } = document.documentElement.dataset;
  const tooMany = count > max ? tooManyCharacters.replace('{0}', String(count - max)) : '';
  field.setCustomValidity(tooMany);
  show(field, tooMany || (count >= max * SHOWN_FROM ? charactersLeft.replace('{0}', String(max - count)) : ''));
}

/** @param {Field} field @param {string} text */
function show(field, text) {
  const next = field.nextElementSibling;
  const shown = next?.matches('[data-counter]') ? next : null;
  if (shown) shown.textContent = text;
  if (shown || !text) return;
  const counter = document.createElement('p');
  counter.className = 'counter';
  counter.dataset.counter = '';
  counter.setAttribute('role', 'status');
  counter.textContent = text;
  field.after(counter);
}
