// @ts-check
import { updateCharacterCounter } from './character-counter.js';
import { Draft } from './draft.js';
import { grow } from './grow.js';
import { isBlank } from './plain-text.js';

const HANGUL = /[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]$/;

/**
 * The form that sends messages. It grows with its text, saves the unsent text as a draft, and sends on Enter. On touch screens Enter
 * breaks the line.
 * <p>
 * Input methods: Enter that confirms a Japanese or Chinese conversion does not send. A Hangul syllable is complete at any time, so
 * Enter both ends the composition and sends, once, after the input method has committed its text. Some systems then report a second
 * keydown of Enter; until keyup it is treated as the same press.
 * <p>
 * The form dispatches a cancelable event 'compose' before it sends its text, so that photos can be sent with it. If a listener
 * cancels the event, the text is not sent.
 */
export class Composer {
  #form;
  #text;
  #onSend;
  #draft;
  #composing = false;
  #composed = '';
  #sendWhenComposed = false;
  #enterIsHandled = false;

  /** @param {HTMLFormElement} form @param {{ draftKey: string, onSend: (text: string) => void }} options */
  constructor(form, { draftKey, onSend }) {
    this.#form = form;
    this.#text = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem('payload'));
    this.#draft = new Draft(draftKey);
    this.#onSend = onSend;
    this.#text.value = this.#draft.restore(this.#text.value);
    this.#nameEnterKey();
    this.#form.addEventListener('submit', this.#onSubmit);
    this.#text.addEventListener('focus', this.#nameEnterKey);
    this.#text.addEventListener('keydown', this.#onKeyDown);
    this.#text.addEventListener('keyup', this.#onKeyUp);
    this.#text.addEventListener('beforeinput', this.#onBeforeInput);
    this.#text.addEventListener('input', this.#onInput);
    this.#text.addEventListener('compositionstart', this.#onCompositionStart);
    this.#text.addEventListener('compositionupdate', this.#onCompositionUpdate);
    this.#text.addEventListener('compositionend', this.#onCompositionEnd);
    grow(this.#text);
    updateCharacterCounter(this.#text);
  }

  /** Names the Enter key of the keyboard on the screen by what it does. Without this script it breaks the line. */
  #nameEnterKey = () => { this.#text.enterKeyHint = breaksLineOnEnter() ? 'enter' : 'send'; };

  #onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!this.#composing) return this.#send();
    this.#sendWhenComposed = true;
    this.#text.blur(); // Makes the input method commit its text.
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
      else setTimeout(() => this.#send()); // Safari ends the composition before keydown.
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
    grow(this.#text);
    this.#draft.save(this.#text.value);
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
    setTimeout(() => this.#send()); // The committed text is in the field only after this event.
  };

  #send() {
    if (this.#text.validity.customError) { // Too long.
      this.#text.reportValidity();
      return;
    }
    if (!this.#form.dispatchEvent(new Event('compose', { cancelable: true }))) return;
    const text = this.#text.value.replaceAll('\r\n', '\n').trim().normalize();
    if (isBlank(text)) {
      this.#text.focus();
      return;
    }
    this.#text.value = '';
    grow(this.#text);
    updateCharacterCounter(this.#text);
    this.#draft.save('');
    this.#onSend(text);
    this.#text.focus();
  }
}

const breaksLineOnEnter = () => matchMedia('(pointer: coarse)').matches && !matchMedia('(any-pointer: fine)').matches;
