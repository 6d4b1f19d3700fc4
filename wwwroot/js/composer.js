// @ts-check

const HANGUL = /[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]$/;

/**
 * The send form: grows with its text, keeps an unsent draft, and sends on Enter, but on a touch screen, where Enter breaks the line.
 * <p>
 * Input methods: Enter that only confirms a Japanese or Chinese conversion does not send. A Hangul syllable is complete at every
 * moment, so Enter both ends and sends it: once, after the input method has handed it over. Some systems then report Enter a second
 * time, as if newly pressed; until the key is let go, that is the same press.
 * <p>
 * The form gets an event 'compose' before its text is sent, for whatever else goes with it; cancelled, nothing is sent yet.
 */
export class Composer {
  #form;
  #text;
  #onSend;
  #draftKey;
  #composing = false;
  #composed = '';
  #sendWhenComposed = false;
  #enterIsHandled = false;

  /** @param {HTMLFormElement} form @param {{ draftKey: string, onSend: (text: string) => void }} options */
  constructor(form, { draftKey, onSend }) {
    this.#form = form;
    this.#text = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem('payload'));
    this.#draftKey = draftKey;
    this.#onSend = onSend;
    this.#restoreDraft();
    this.#form.addEventListener('submit', this.#onSubmit);
    this.#text.addEventListener('keydown', this.#onKeyDown);
    this.#text.addEventListener('keyup', this.#onKeyUp);
    this.#text.addEventListener('beforeinput', this.#onBeforeInput);
    this.#text.addEventListener('input', this.#onInput);
    this.#text.addEventListener('compositionstart', this.#onCompositionStart);
    this.#text.addEventListener('compositionupdate', this.#onCompositionUpdate);
    this.#text.addEventListener('compositionend', this.#onCompositionEnd);
    this.#grow();
  }

  #onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!this.#composing) return this.#send();
    this.#sendWhenComposed = true;
    this.#text.blur(); // Makes the input method hand over what it holds.
    this.#text.focus();
  };

  #onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Enter' && event.key !== 'Process') return;
    if (event.shiftKey || breaksLineOnEnter()) return;
    if (event.isComposing || event.keyCode === 229) {
      if (event.key !== 'Enter' && event.code !== 'Enter' && event.code !== 'NumpadEnter') return;
      if (!HANGUL.test(this.#composed)) return;
      this.#enterIsHandled = true;
      if (this.#composing) this.#sendWhenComposed = true;
      else setTimeout(() => this.#send()); // Safari ends the composition before it reports the key.
      return;
    }
    event.preventDefault();
    if (this.#enterIsHandled || event.repeat) return;
    this.#send();
  };

  #onKeyUp = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Enter' || event.code === 'Enter' || event.code === 'NumpadEnter') this.#enterIsHandled = false;
  };

  #onBeforeInput = (/** @type {InputEvent} */ event) => {
    const breaksLine = event.inputType === 'insertLineBreak' || event.inputType === 'insertParagraph';
    if (breaksLine && this.#enterIsHandled) event.preventDefault();
  };

  #onInput = () => {
    this.#grow();
    this.#saveDraft();
  };

  #onCompositionStart = () => {
    this.#composing = true;
    this.#composed = '';
  };

  #onCompositionUpdate = (/** @type {CompositionEvent} */ event) => {
    this.#composed = event.data;
  };

  #onCompositionEnd = () => {
    this.#composing = false;
    if (!this.#sendWhenComposed) return;
    this.#sendWhenComposed = false;
    setTimeout(() => this.#send()); // The text is complete only after this event.
  };

  #send() {
    if (!this.#form.dispatchEvent(new Event('compose', { cancelable: true }))) return;
    const text = this.#text.value.replaceAll('\r\n', '\n').trim();
    if (!text) {
      this.#text.focus();
      return;
    }
    this.#text.value = '';
    this.#grow();
    this.#saveDraft();
    this.#onSend(text);
    this.#text.focus();
  }

  #grow() {
    if (CSS.supports('field-sizing', 'content')) return;
    this.#text.style.height = 'auto';
    this.#text.style.height = `${this.#text.scrollHeight + 2}px`;
  }

  #saveDraft() {
    try {
      if (this.#text.value) localStorage.setItem(this.#draftKey, this.#text.value);
      else localStorage.removeItem(this.#draftKey);
    } catch {
      // No room or no permission: the text stands in the field all the same.
    }
  }

  #restoreDraft() {
    try {
      // What the browser itself brought back (the back button) is newer.
      this.#text.value ||= localStorage.getItem(this.#draftKey) ?? '';
    } catch {
      // As above.
    }
  }
}

const breaksLineOnEnter = () => matchMedia('(pointer: coarse)').matches && !matchMedia('(any-pointer: fine)').matches;
