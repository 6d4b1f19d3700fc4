// @ts-check

/**
 * An EventTarget with typed events: `Events` maps each event's name to the type of its `detail`.
 * @template {object} Events
 */
export class TypedEventTarget extends EventTarget {
  /** @template {keyof Events & string} Name @param {Name} name @param {(detail: Events[Name]) => void} listener */
  on(name, listener) {
    this.addEventListener(name, event => listener(/** @type {CustomEvent<Events[Name]>} */ (event).detail));
  }

  /** @template {keyof Events & string} Name @param {Name} name @param {Events[Name]} detail */
  emit(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }
}
