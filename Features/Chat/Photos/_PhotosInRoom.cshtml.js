// @ts-check
// Photos in the open room: the user picks, pastes or drops them into the composer, sends them as messages, and opens them in the viewer.
import { register, registerKind } from '/js/room-extensions.js';
import { takeDrops } from '/js/file-drops.js';
import { newClientId } from '/js/outbox.js';
import { PhotoPicker } from '/js/photo-picker.js';
import { PendingPhotoStore } from './pending-photo-store.js';
import { PhotoGrids } from './photo-grids.js';
import { PhotoUploads } from './photo-uploads.js';
import { PhotoViewer } from './photo-viewer.js';

/**
 * @typedef {import('/js/room-extensions.js').OpenRoom} OpenRoom
 * @typedef {import('/js/shrink-photo.js').Photo} Photo
 */

const KIND = 'photos';

register(room => {
  const store = new PendingPhotoStore(room);
  const grids = new PhotoGrids(room, store);
  const uploads = new PhotoUploads(room, store, grids);
  const viewer = new PhotoViewer(/** @type {HTMLDialogElement} */ (room.page.querySelector('[data-viewer]')));

  room.outbox.registerTransport(KIND, uploads.send);
  room.outbox.on('removed', ({ pending: { kind, clientId } }) => {
    if (kind !== KIND) return;
    void store.delete(clientId);
    queueMicrotask(() => grids.forget(clientId)); // By then the message has been removed from the page, if at all.
  });
  registerKind(KIND, (element, message) => grids.show(element, message));
  room.log.on('rendered', () => viewer.closeIfGone());
  room.page.addEventListener('click', event => {
    const link = event.target instanceof Element ? event.target.closest('[data-photo-grid] a') : null;
    if (!(link instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    viewer.open(link);
  });
  for (const { clientId, kind, photos } of room.outbox.pending) {
    if (kind === KIND && !areSizes(photos)) room.outbox.discard(clientId); // Stored in this browser, but makes no sense.
  }
  const picker = startPicker(room, photos => {
    const clientId = newClientId();
    void store.put(clientId, photos.map(photo => photo.file)).then(isKept => isKept || picker?.say(picker.labels.notKept));
    uploads.expect(clientId);
    room.send(grids.describe(photos.length), { clientId, kind: KIND, photos: photos.map(({ width, height }) => ({ width, height })) });
  });
});

/** @param {unknown} photos */
const areSizes = photos => Array.isArray(photos) && photos.length > 0
  && photos.every(size => Number.isFinite(size?.width) && Number.isFinite(size?.height));

/** @param {OpenRoom} room @param {(photos: Photo[]) => void} send */
function startPicker({ page, form }, send) {
  const root = form.querySelector('[data-photos-to-send]');
  if (!(root instanceof HTMLElement)) return null; // The counterpart's account is deleted, so there is no composer.
  const picker = new PhotoPicker(root);
  const text = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem('payload'));
  const strip = /** @type {HTMLElement} */ (root.querySelector('[data-photos-strip]'));
  const button = /** @type {HTMLElement} */ (root.querySelector('[data-photos-pick]'));
  let sendsWhenDone = false;

  text.required = false; // Photos need no text; with neither, the composer does nothing.
  makeButton(button, () => root.querySelector('input')?.click());
  picker.addEventListener('change', () => {
    const wasLast = !strip.hidden && picker.photos.length === 0;
    strip.hidden = picker.photos.length === 0;
    if (wasLast && document.activeElement === document.body) button.focus(); // The focused button was removed with its photo.
  });
  picker.start();
  form.addEventListener('compose', onCompose);
  document.addEventListener('paste', event => {
    const { types, files } = event.clipboardData ?? new DataTransfer();
    if (types.includes('text/plain') || !take(files)) return; // Word processors also copy an image of their text.
    event.preventDefault();
  });
  const sign = /** @type {HTMLElement} */ (page.querySelector('[data-photos-drop]')); // Shown while files are dragged over the page.
  takeDrops({ take, show: dragging => { sign.hidden = !dragging; } });
  return picker;

  /** @param {Event} event */
  async function onCompose(event) {
    if (picker.isBusy) {
      event.preventDefault();
      if (sendsWhenDone) return;
      sendsWhenDone = true;
      await picker.done;
      sendsWhenDone = false;
      form.requestSubmit();
    } else if (picker.photos.length > 0) {
      send(picker.photos);
      picker.clear();
      if (!text.value.trim()) event.preventDefault(); // Focusing the empty text would open a phone's keyboard.
    }
  }

  /** @param {FileList | File[]} files */
  function take(files) {
    if (files.length === 0) return false;
    picker.add([...files]);
    text.focus();
    return true;
  }
}

/** Turns a link into a button. Without scripts it is a link to a page. @param {HTMLElement} link @param {() => void} press */
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
