// @ts-check
// The room: lets the composer, the outbox, the log and the poller do their work together.
import { Composer } from '/js/composer.js';
import { HttpError, ask } from '/js/http.js';
import { MessageLog } from '/js/message-log.js';
import { announce } from '/js/news.js';
import { openRoom } from '/js/open-room.js';
import { Outbox } from '/js/outbox.js';
import { Poller, pace } from '/js/poller.js';
import { keepRoomList } from '/js/room-list.js';

/**
 * @typedef {import('/js/message-log.js').Message} Message
 * @typedef {import('/js/news.js').News & { rev: number, messages: Message[], hasMore: boolean, reset?: boolean, closed?: boolean }} Changes
 * @typedef {{ messages: Message[], hasMore: boolean }} History
 */

const TIMEOUT = 15_000;
const READ_DELAY = 250;

const page = /** @type {HTMLElement} */ (document.querySelector('[data-room]'));
const closed = page.querySelector('[data-closed]') !== null; // The other has left: there is no composer, and what still waits is refused.
const form = /** @type {HTMLFormElement} */ (find(closed ? '[data-closed]' : '[data-composer]'));
const words = find('#words').dataset;
const roomId = page.dataset.room ?? '';
const me = page.dataset.me ?? '';
const url = `/chat/${roomId}`;
const { interval, wait } = pace();

const log = new MessageLog(
  find('[data-messages]'),
  find('[data-scroll]'),
  { mine: template('message-mine'), theirs: template('message-theirs'), day: template('day') },
  { hasOlder: !find('[data-older]').hidden, hasNewer: !find('[data-newer]').hidden },
  { removed: words.removed, photos: words.photos });
const outbox = new Outbox({ owner: me, room: roomId, form });
const poller = new Poller(poll, { interval, onTrouble: showTrouble, onEnd: showEnd });

let rev = Number(page.dataset.rev);
/** @type {number | ''} */ let bell = '';
/** @type {Set<number>} */ const unseen = new Set(); // Ids of what arrived below what is being read.

addEventListener('DOMContentLoaded', start); // By then the scripts of optional slices have said what they want of the room.

function start() {
  openRoom({ id: roomId, me, url, page, form, closed, log, outbox, send, showNotice, hideNotice });
  const divider = page.querySelector('[data-divider]');
  for (const letter of outbox.letters) showLetter(letter);
  const sought = document.getElementById('at');
  if (sought) log.scrollTo(sought, 'center');
  else if (divider && !isInView(divider)) log.scrollTo(divider);
  if (!closed) new Composer(form, { draftKey: `draft:${me}:${roomId}`, onSend: send });
  listen();
  outbox.flush();
  poller.start();
  keepRoomList();
}

function listen() {
  outbox.on('sent', ({ message }) => show([message]));
  outbox.on('waiting', () => noteWaiting(navigator.onLine ? words.sending : words.waiting));
  outbox.on('told', ({ letter }) => {
    noteWaiting(words.waiting);
    log.mark(letter.clientId, 'failed', words.failed ?? '');
  });
  outbox.on('refused', ({ letter }) => log.mark(letter.clientId, 'failed', letter.refused || words.failed || ''));
  outbox.on('gone', ({ letter }) => log.removePending(letter.clientId));
  outbox.on('signed-out', showSignedOut);
  log.on('retry', ({ clientId }) => {
    log.mark(clientId, 'sending', words.sending ?? '');
    outbox.retry(clientId);
  });
  log.on('discard', ({ clientId }) => {
    outbox.discard(clientId);
    log.removePending(clientId);
  });
  log.on('older', once(loadOlder));
  log.on('newer', once(loadNewer));
  log.on('end', forgetUnseen);
  log.on('seen', ({ id }) => markRead(id));
  find('[data-older] a').addEventListener('click', event => {
    event.preventDefault();
    log.emit('older', null);
  });
  find('[data-pill]').addEventListener('click', () => goToEnd().catch(() => {})); // It stays, and can be pressed again.
  addEventListener('offline', () => showNotice(words.offline ?? ''));
  addEventListener('online', hideNotice);
  if (!navigator.onLine) showNotice(words.offline ?? '');
}

/** @param {string} text @param {Partial<import('/js/outbox.js').Letter>} more */
async function send(text, more = {}) {
  const letter = outbox.write(text, more);
  if (log.hasNewer) await goToEnd().catch(() => {}); // Without a connection it shows below what is there.
  showLetter(letter);
}

/** @param {import('/js/outbox.js').Letter} letter */
function showLetter(letter) {
  page.querySelector('[data-empty]')?.remove();
  log.addPending(letter);
  if (letter.refused !== undefined) log.mark(letter.clientId, 'failed', letter.refused || words.failed || '');
  else log.mark(letter.clientId, 'sending', words.sending ?? '');
}

/** Says of every message that is not sent yet how it is doing. @param {string | undefined} note */
function noteWaiting(note) {
  for (const letter of outbox.letters) {
    if (letter.refused === undefined) log.mark(letter.clientId, 'sending', note ?? '');
  }
}

/** @param {AbortSignal} signal */
async function poll(signal) {
  const { body } = await ask(`${url}?handler=Messages&after=${rev}&bell=${bell}&wait=${wait}`, { timeout: TIMEOUT + wait * 1000, signal });
  const changes = /** @type {Changes | null} */ (body);
  if (!changes) return { again: false };
  if (changes.reset || (changes.closed && !closed)) {
    location.reload();
    return { again: false };
  }
  show(changes.messages);
  rev = changes.rev;
  bell = changes.hasMore ? '' : changes.bell;
  announce(changes);
  return { again: changes.hasMore || wait > 0 };
}

/** @param {Message[]} messages */
function show(messages) {
  if (messages.length === 0) return;
  for (const message of messages) if (message.mine) outbox.discard(message.clientId);
  const follows = log.isAtEnd;
  const arrived = log.add(messages).filter(message => !message.mine);
  page.querySelector('[data-empty]')?.remove();
  if (!follows) for (const { id } of arrived) unseen.add(id);
  for (const { id, removed } of messages) if (removed) unseen.delete(id);
  tellUnseen();
}

async function loadOlder() {
  const { messages, hasMore } = await fetchHistory(`&before=${log.oldestId}`);
  log.addOlder(messages, hasMore);
  find('[data-older]').hidden = !hasMore;
}

async function loadNewer() {
  const { messages, hasMore } = await fetchHistory(`&after=${log.newestId}`);
  log.addNewer(messages, hasMore);
  find('[data-newer]').hidden = !log.hasNewer;
}

async function goToEnd() {
  if (log.hasNewer) {
    const { messages, hasMore } = await fetchHistory();
    log.restart(messages, hasMore);
    find('[data-older]').hidden = !log.hasOlder;
    find('[data-newer]').hidden = true;
  }
  log.scrollToEnd();
  forgetUnseen();
}

/** A page of messages; without a place, the newest one. */
async function fetchHistory(place = '') {
  const { body } = await ask(`${url}?handler=History${place}`, { timeout: TIMEOUT });
  return /** @type {History} */ (body);
}

function forgetUnseen() {
  unseen.clear();
  tellUnseen();
}

function tellUnseen() {
  find('[data-pill]').hidden = unseen.size === 0;
  const text = find('[data-pill-text]');
  const said = (words.newMessages ?? '').replace('{0}', String(unseen.size));
  if (text.textContent !== said) text.textContent = said;
}

let readUpTo = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */ let readTimer;

/** @param {number} id */
function markRead(id) {
  readUpTo = Math.max(readUpTo, id);
  clearTimeout(readTimer);
  readTimer = setTimeout(() => {
    // A marker that is lost moves with the next one, or with the next visit.
    ask(`${url}?handler=Read`, { timeout: TIMEOUT, form, fields: { upTo: String(readUpTo) } }).catch(() => {});
  }, READ_DELAY);
}

/** @param {number} failures */
function showTrouble(failures) {
  if (failures === 0) hideNotice();
  else showNotice(navigator.onLine ? words.unsteady ?? '' : words.offline ?? '');
}

/** @param {HttpError} error */
function showEnd(error) {
  if (error.isSignedOut) showSignedOut();
  else showNotice(error.detail || words.gone || '');
}

function showSignedOut() {
  poller.stop();
  noteWaiting(words.afterSignIn);
  const link = document.createElement('a');
  link.className = 'link';
  link.href = `/account/sign-in?returnUrl=${encodeURIComponent(url)}`;
  link.textContent = words.signIn ?? '';
  showNotice(`${words.signedOut} `, link);
}

/** @param {(string | Node)[]} content */
function showNotice(...content) {
  find('[data-trouble]').replaceChildren(...content);
  find('[data-trouble]').hidden = false;
}

function hideNotice() { find('[data-trouble]').hidden = true; }

/** Lets a task run once at a time; a failure leaves it for the next occasion. @param {() => Promise<void>} task */
function once(task) {
  let running = false;
  return async () => {
    if (running) return;
    running = true;
    try {
      await task();
    } catch {
      // The next scroll asks again.
    } finally {
      running = false;
    }
  };
}

/** @param {Element} element */
function isInView(element) {
  return element.getBoundingClientRect().top >= find('[data-scroll]').getBoundingClientRect().top;
}

/** @param {string} selector @returns {HTMLElement} */
function find(selector) {
  const element = page.querySelector(selector);
  if (!(element instanceof HTMLElement)) throw new Error(`The room has no ${selector}`);
  return element;
}

/** @param {string} id */
function template(id) { return /** @type {HTMLTemplateElement} */ (find(`template#${id}`)); }
