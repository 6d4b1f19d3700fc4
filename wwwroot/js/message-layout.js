// @ts-check
import { sentAtOf, timeOf } from './message-element.js';
import { dayOf, setTime } from './times.js';

const MAX_GROUP_GAP = 5 * 60_000;

/**
 * The layout of the log: a label above each day's first message, groups of messages, and the divider above the first unread message, which
 * the server renders. It is computed from the elements in the log, by the same rules as MessageListItem on the server
 * (tests/Cases/message-groups.json).
 */
export class MessageLayout {
  #log;
  #dayTemplate;

  /** @param {HTMLElement} log @param {HTMLTemplateElement} dayTemplate */
  constructor(log, dayTemplate) {
    this.#log = log;
    this.#dayTemplate = dayTemplate;
  }

  /** The messages from top to bottom. @returns {HTMLElement[]} */
  get messages() { return /** @type {HTMLElement[]} */ (Array.from(this.#log.getElementsByClassName('message'))); }

  /** Updates the day labels and the groups of messages; changes only elements that differ. */
  update() {
    const messages = this.messages;
    for (const [index, message] of messages.entries()) {
      const [before, after] = [messages[index - 1], messages[index + 1]];
      const startsDay = !before || dayOf(sentAtOf(before)) !== dayOf(sentAtOf(message));
      this.#updateDay(message, startsDay);
      set(message, 'groupStart', !isSameGroup(before, message) || labelAbove(message, '[data-divider]') !== null);
      set(message, 'groupEnd', !isSameGroup(message, after));
    }
    this.#removeOrphanDays();
  }

  /** The first of the labels above a message, or the message if it has none. @param {Element} message */
  topOf(message) {
    let top = message;
    while (top.previousElementSibling?.matches('[data-day], [data-divider]')) top = top.previousElementSibling;
    return top;
  }

  /** Removes the divider above a message. @param {Element} message */
  removeDivider(message) { labelAbove(message, '[data-divider]')?.remove(); }

  /** @param {HTMLElement} message @param {boolean} startsDay */
  #updateDay(message, startsDay) {
    const label = labelAbove(message, '[data-day]');
    if (!startsDay) return label?.remove();
    const day = label ?? /** @type {HTMLElement} */ (this.#dayTemplate.content.firstElementChild?.cloneNode(true));
    if (!label || dayOf(sentAtOf(day)) !== dayOf(sentAtOf(message))) setTime(timeOf(day), sentAtOf(message));
    if (!label) this.#log.insertBefore(day, labelAbove(message, '[data-divider]') ?? message);
  }

  /** Removes day labels without a message, which are followed by another label or by nothing. */
  #removeOrphanDays() {
    for (const day of this.#log.querySelectorAll('[data-day]')) {
      let next = day.nextElementSibling;
      while (next?.matches('[data-divider]')) next = next.nextElementSibling;
      if (!next?.classList.contains('message')) day.remove();
    }
  }
}

/** Finds a label between a message and the one before it. @param {Element} message @param {string} selector */
function labelAbove(message, selector) {
  for (let label = message.previousElementSibling; label && !label.classList.contains('message'); label = label.previousElementSibling) {
    if (label.matches(selector)) return /** @type {HTMLElement} */ (label);
  }
  return null;
}

/** @param {HTMLElement | undefined} first @param {HTMLElement | undefined} second */
function isSameGroup(first, second) {
  if (!first || !second || first.dataset.mine !== second.dataset.mine) return false;
  const [one, other] = [sentAtOf(first), sentAtOf(second)];
  return other.getTime() - one.getTime() < MAX_GROUP_GAP && dayOf(one) === dayOf(other);
}

/** @param {HTMLElement} element @param {string} name @param {boolean} value */
function set(element, name, value) {
  if (element.dataset[name] !== String(value)) element.dataset[name] = String(value);
}
