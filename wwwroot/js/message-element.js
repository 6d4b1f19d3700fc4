// @ts-check
// The element of a message: cloned from the template that the server renders with the same partial view, and updated in place.
import { linkify } from './linkify.js';
import { setTime } from './times.js';

/**
 * @typedef {import('./message-list.js').Message} Message
 * @typedef {import('./outbox.js').PendingMessage} PendingMessage
 * @typedef {{ removed?: string }} Labels the text of a removed message
 */

/** Creates and updates the elements of messages. */
export class MessageElements {
  #templates;
  #labels;

  /** @param {{ mine: HTMLTemplateElement, theirs: HTMLTemplateElement }} templates @param {Labels} labels */
  constructor(templates, labels) {
    this.#templates = templates;
    this.#labels = labels;
  }

  /** @param {Message | PendingMessage} message */
  create(message) {
    const stored = 'id' in message ? /** @type {Message} */ (message) : null;
    const template = stored?.mine === false ? this.#templates.theirs : this.#templates.mine;
    const element = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
    element.dataset.clientId = message.clientId;
    if (stored) element.dataset.messageId = String(stored.id);
    else delete element.dataset.messageId;
    this.render(element, message);
    setTime(timeOf(element), new Date(stored?.sentAt ?? /** @type {PendingMessage} */ (message).writtenAt));
    return element;
  }

  /** Turns the element of a pending message into that of the stored one. @param {HTMLElement} element @param {Message} message */
  confirm(element, message) {
    element.dataset.messageId = String(message.id);
    this.showState(element, null, '');
    setTime(timeOf(element), new Date(message.sentAt));
    if (message.removed) this.render(element, message); // Removed in another tab before this tab received it.
  }

  /** @param {HTMLElement} element @param {Message | PendingMessage} message */
  render(element, message) {
    const removed = isRemoved(message);
    if (removed) {
      element.dataset.removed = 'true';
      element.querySelector('[data-kind-content]')?.remove();
    }
    element.querySelector('[data-text]')?.replaceChildren(...linkify(removed ? this.#labels.removed ?? '' : message.payload));
  }

  /**
   * Shows the state of a pending message. A failed one offers to be sent again or deleted.
   * @param {HTMLElement} element @param {'sending' | 'failed' | null} state @param {string} note
   */
  showState(element, state, note) {
    const text = element.querySelector('[data-state-note]');
    if (element.dataset.state === (state ?? undefined) && text?.textContent === note) return; // Screen readers would announce it again.
    if (state) element.dataset.state = state;
    else delete element.dataset.state;
    if (text instanceof HTMLElement) {
      text.textContent = note;
      text.hidden = !note;
    }
    for (const button of element.querySelectorAll('[data-retry], [data-discard]')) {
      if (button instanceof HTMLElement) button.hidden = state !== 'failed';
    }
  }
}

/** @param {Message | PendingMessage} message */
const isRemoved = message => 'removed' in message && message.removed === true;

/** The time element of a message or of a day label. @param {Element} element */
export const timeOf = element => /** @type {HTMLTimeElement} */ (element.querySelector('time'));

/** @param {Element} element the element of a message or of a day label */
export const sentAtOf = element => new Date(timeOf(element).dateTime);
