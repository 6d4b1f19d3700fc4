// @ts-check
import { keepFocus } from '/js/focus.js';

/** The dialog that shows the photos of a message one at a time. The user swipes, or uses the arrow keys or the buttons. */
export class PhotoViewer {
  #dialog;
  #strip;
  #count;
  #save;
  #previous;
  #next;
  /** @type {HTMLElement[]} */ #links = [];
  /** @type {HTMLElement | undefined} */ #opener;
  #shown = 0;

  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (dialog.querySelector(`[data-viewer-${name}]`));
    this.#dialog = dialog;
    this.#strip = find('strip');
    this.#count = find('count');
    this.#save = /** @type {HTMLAnchorElement} */ (find('save'));
    this.#previous = /** @type {HTMLButtonElement} */ (find('previous'));
    this.#next = /** @type {HTMLButtonElement} */ (find('next'));
    find('close').addEventListener('click', () => dialog.close());
    this.#previous.addEventListener('click', () => this.#scrollTo(this.#shown - 1));
    this.#next.addEventListener('click', () => this.#scrollTo(this.#shown + 1));
    this.#strip.addEventListener('scroll', () => this.#update(), { passive: true });
    this.#strip.addEventListener('click', ({ target }) => { if (!(target instanceof HTMLImageElement)) dialog.close(); });
    dialog.addEventListener('keydown', this.#onKeyDown);
    dialog.addEventListener('close', this.#onClose);
  }

  /** @param {HTMLElement} opener one of the links in a grid */
  open(opener) {
    this.#opener = opener;
    this.#links = Array.from(opener.closest('[data-photo-grid]')?.querySelectorAll('a') ?? []);
    this.#strip.replaceChildren(...this.#links.map(slideOf));
    this.#dialog.showModal();
    this.#shown = -1;
    this.#scrollTo(this.#links.indexOf(opener));
    this.#update();
  }

  /** Closes the dialog when the message it shows has been removed. */
  closeIfGone() { if (this.#dialog.open && !this.#opener?.isConnected) this.#dialog.close(); }

  /** @param {number} index */
  #scrollTo(index) { this.#strip.scrollLeft = index * this.#strip.clientWidth; }

  #update() {
    const shown = Math.round(this.#strip.scrollLeft / this.#strip.clientWidth);
    const link = this.#links[shown];
    if (shown === this.#shown || !link) return;
    this.#shown = shown;
    keepFocus(() => { this.#previous.disabled = shown === 0; }, this.#strip);
    keepFocus(() => { this.#next.disabled = shown === this.#links.length - 1; }, this.#strip);
    this.#count.textContent = (this.#count.dataset.pattern ?? '').replace('{0}', String(shown + 1)).replace('{1}', String(this.#links.length));
    this.#save.href = addressOf(link);
    this.#save.download = ['marketchat', link.closest('[data-message-id]')?.getAttribute('data-message-id'), shown + 1].filter(Boolean).join('-');
  }

  #onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const goal = { ArrowLeft: this.#shown - 1, ArrowRight: this.#shown + 1, Home: 0, End: this.#links.length - 1 }[event.key];
    if (goal === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#scrollTo(goal);
  };

  #onClose = () => {
    this.#strip.replaceChildren();
    const last = this.#links[this.#shown] ?? this.#opener;
    const target = last?.isConnected ? last : this.#dialog.closest('main')?.querySelector('[data-scroll]'); // Its message may have been removed.
    if (target instanceof HTMLElement) target.focus({ preventScroll: true }); // Focus the last photo shown; not every browser restores the focus to the link that was clicked.
    this.#links = [];
  };
}

/** @param {HTMLElement} link */
function slideOf(link) {
  const slide = document.createElement('li');
  const picture = document.createElement('img');
  const { alt } = /** @type {HTMLImageElement} */ (link.querySelector('img'));
  Object.assign(picture, { alt, src: addressOf(link), className: 'viewer__picture', draggable: false });
  slide.className = 'viewer__slide';
  slide.append(picture);
  return slide;
}

/** Returns the URL of the full width, because users zoom in here; of a pending photo, the URL of the picked file. @param {HTMLElement} link */
const addressOf = link => link.getAttribute('href') ?? link.querySelector('img')?.src ?? '';
