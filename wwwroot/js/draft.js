// @ts-check

/**
 * The unsent text of a composer. Each tab keeps its own draft in session storage, so that the draft survives a reload whatever other tabs of
 * the same room do. Local storage has a copy of the latest draft for a tab that is opened later.
 */
export class Draft {
  #key;
  #copied = ''; // What this tab has copied to, or taken from, local storage.

  /** @param {string} key */
  constructor(key) { this.#key = key; }

  /** The text to begin with. @param {string} text what the field contains already, because the browser has restored it: it is newer */
  restore(text) {
    const own = read('sessionStorage', this.#key);
    const isReload = performance.getEntriesByType('navigation').some(entry => 'type' in entry && entry.type !== 'navigate');
    const copy = own || (own === '' && isReload) ? null : read('localStorage', this.#key);
    this.#copied = copy ?? own ?? '';
    const draft = text || this.#copied;
    write('sessionStorage', this.#key, draft);
    return draft;
  }

  /** @param {string} text empty when the text has been sent or deleted */
  save(text) {
    write('sessionStorage', this.#key, text);
    if (text) write('localStorage', this.#key, text);
    else if (read('localStorage', this.#key) === this.#copied) remove('localStorage', this.#key); // Otherwise it is another tab's.
    this.#copied = text;
  }
}

/** @typedef {'localStorage' | 'sessionStorage'} Area the property of window is read each time: it throws if storage is forbidden */

/** @param {Area} area @param {string} key */
function read(area, key) {
  try {
    return window[area].getItem(key);
  } catch {
    return null; // Storage is forbidden.
  }
}

/** @param {Area} area @param {string} key @param {string} text */
function write(area, key, text) {
  try {
    window[area].setItem(key, text);
  } catch {
    // Storage is full or forbidden: the text is only in the field.
  }
}

/** @param {Area} area @param {string} key */
function remove(area, key) {
  try {
    window[area].removeItem(key);
  } catch {
    // Storage is forbidden.
  }
}
