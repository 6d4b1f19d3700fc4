// @ts-check

/** Sets the height of a text field to that of its text, in browsers without the CSS property `field-sizing`. @param {HTMLTextAreaElement} field */
export function grow(field) {
  if (CSS.supports('field-sizing', 'content') || field.offsetParent === null) return;
  const borders = field.offsetHeight - field.clientHeight;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight + borders}px`;
}

/** Lets every text field of the page grow with what is typed. */
export function startGrowing() {
  for (const field of document.querySelectorAll('textarea')) grow(field);
  document.addEventListener('input', ({ target }) => { if (target instanceof HTMLTextAreaElement) grow(target); });
}
