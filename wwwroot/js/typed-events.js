// @ts-check

/**
 * An EventTarget whose events are listed by name with the type of their `detail`, so that a listener's argument is checked.
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
