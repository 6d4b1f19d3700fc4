// @ts-check
// Photos on their way into a message: picked, pasted or dropped, looked at, taken back, and handed over when the message is sent.
import { onRoom } from '/js/open-room.js';
import { PhotoPicker } from '/js/photo-picker.js';

onRoom(({ page, form }) => {
  const root = form.querySelector('[data-photos-to-send]');
  if (!(root instanceof HTMLElement)) return; // Nobody is left to send to.
  const picker = new PhotoPicker(root);
  const text = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem('payload'));
  const strip = /** @type {HTMLElement} */ (root.querySelector('[data-photos-strip]'));
  const button = /** @type {HTMLElement} */ (root.querySelector('[data-photos-pick]'));
  let sendsWhenDone = false;

  text.required = false; // Photos need no words; and without either the composer does nothing.
  makeButton(button, () => root.querySelector('input')?.click());
  picker.addEventListener('change', () => {
    const wasLast = !strip.hidden && picker.photos.length === 0;
    strip.hidden = picker.photos.length === 0;
    if (wasLast && document.activeElement === document.body) button.focus(); // It has been taken back, and its button with it.
  });
  picker.start();
  form.addEventListener('compose', send);
  document.addEventListener('paste', event => {
    const { types, files } = event.clipboardData ?? new DataTransfer();
    if (types.includes('text/plain') || !take(files)) return; // Word processors copy a picture of their text as well.
    event.preventDefault();
  });
  takeDrops(page, /** @type {HTMLElement} */ (page.querySelector('[data-photos-drop]')), take);

  /** @param {Event} event */
  async function send(event) {
    if (picker.isBusy) {
      event.preventDefault();
      if (sendsWhenDone) return;
      sendsWhenDone = true;
      await picker.done;
      sendsWhenDone = false;
      form.requestSubmit();
    } else if (picker.photos.length > 0) {
      page.dispatchEvent(new CustomEvent('photos', { detail: picker.photos }));
      picker.clear();
      if (!text.value.trim()) event.preventDefault(); // That is all; to ask for words would bring up a phone's keyboard.
    }
  }

  /** @param {FileList} files */
  function take(files) {
    if (files.length === 0) return false;
    picker.add([...files]);
    text.focus();
    return true;
  }
});

/** Without a script it is a link to a page. @param {HTMLElement} link @param {() => void} press */
function makeButton(link, press) {
  link.setAttribute('role', 'button');
  link.addEventListener('click', event => {
    event.preventDefault();
    press();
  });
  link.addEventListener('keydown', event => {
    if (event.key !== ' ') return;
    event.preventDefault();
    press();
  });
}

/** @param {HTMLElement} page @param {HTMLElement} sign shown while something hovers @param {(files: FileList) => void} take */
function takeDrops(page, sign, take) {
  page.addEventListener('dragover', event => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    sign.hidden = false;
  });
  page.addEventListener('dragleave', ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && page.contains(relatedTarget))) sign.hidden = true;
  });
  page.addEventListener('drop', event => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    sign.hidden = true;
    take(event.dataTransfer.files);
  });
}
