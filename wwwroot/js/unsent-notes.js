// @ts-check
import { unsentRooms } from './outbox.js';

/** Says in the chat list which rooms have messages of the user that could not be sent. They are stored in this browser only. */
export function startUnsentNotes() {
  const list = document.querySelector('[data-room-list]');
  if (!(list instanceof HTMLElement)) return;
  const update = () => showUnsent(list);
  update();
  addEventListener('storage', update); // Other tabs
  addEventListener('unsent', update); // This tab
  new MutationObserver(update).observe(list, { childList: true }); // New cards
}

/** @param {HTMLElement} list */
function showUnsent(list) {
  const rooms = unsentRooms(list.dataset.me ?? '');
  for (const card of list.children) {
    const note = card.querySelector('[data-unsent]');
    if (note instanceof HTMLElement) note.hidden = !rooms.has(card.getAttribute('data-room-id') ?? '');
  }
}
