// @ts-check
// The room's page: connects the composer, the outbox, the message list and the poller.
import { appUrl } from '/js/app-url.js';
import { Composer } from '/js/composer.js';
import { keepFocus } from '/js/focus.js';
import { HttpError, fetchJson } from '/js/http.js';
import { MessageList } from '/js/message-list.js';
import { publish } from '/js/room-events.js';
import { renderKind, start as startExtensions } from '/js/room-extensions.js';
import { Outbox } from '/js/outbox.js';
import { Poller, pollingConfig } from '/js/poller.js';
import { startRoomList } from '/js/room-list.js';

/**
 * @typedef {import('/js/message-list.js').Message} Message
 * @typedef {import('/js/room-events.js').RoomUpdate & { rev: number, messages: Message[], hasMore: boolean, reset?: boolean, closed?: boolean }} RoomChanges
 * @typedef {{ messages: Message[], hasMore: boolean }} History
 */

const TIMEOUT = 15_000;
const READ_DELAY = 250;

const page = /** @type {HTMLElement} */ (document.querySelector('[data-room]'));
const closed = page.querySelector('[data-closed]') !== null; // The counterpart's account is deleted: there is no composer, and pending messages are refused.
const form = /** @type {HTMLFormElement} */ (find(closed ? '[data-closed]' : '[data-composer]'));
const labels = find('#labels').dataset;
const roomId = page.dataset.room ?? '';
const me = page.dataset.me ?? '';
const url = appUrl(`/chat/${roomId}`);
const { interval, wait } = pollingConfig();

const log = new MessageList(
  find('[data-messages]'),
  find('[data-scroll]'),
  { mine: template('message-mine'), theirs: template('message-theirs'), day: template('day') },
  { hasOlder: !find('[data-older]').hidden, hasNewer: !find('[data-newer]').hidden },
  { removed: labels.removed });
const outbox = new Outbox({ owner: me, room: roomId, form });
const poller = new Poller(poll, { interval, wait, isNews: update => update.version !== version, onTrouble: showTrouble, onEnd: showEnd });

let rev = Number(page.dataset.rev);
/** @type {number | ''} */ let version = '';
/** @type {Set<number>} */ const unseen = new Set(); // Ids of messages that have arrived below the view.

addEventListener('DOMContentLoaded', start); // By then the scripts of optional features have registered their extensions.

function start() {
  log.on('rendered', ({ element, message }) => renderKind(element, message));
  startExtensions({ id: roomId, me, url, page, form, closed, log, outbox, send, showNotice, hideNotice });
  const divider = page.querySelector('[data-divider]');
  for (const pending of outbox.pending) showPending(pending);
  const highlighted = document.getElementById('at');
  if (highlighted) log.scrollTo(highlighted, 'center');
  else if (divider && !isInView(divider)) log.scrollTo(divider);
  if (!closed) new Composer(form, { draftKey: `draft:${me}:${roomId}`, onSend: send });
  listen();
  outbox.flush();
  poller.start();
  startRoomList();
}

function listen() {
  outbox.on('sent', ({ message }) => show([message]));
  outbox.on('retrying', () => noteWaiting(sendingLabel()));
  outbox.on('delayed', ({ pending }) => {
    noteWaiting(labels.waiting, pending);
    log.mark(pending.clientId, 'failed', labels.failed ?? '');
  });
  outbox.on('refused', ({ pending }) => log.mark(pending.clientId, 'failed', pending.refused || labels.failed || ''));
  outbox.on('removed-elsewhere', ({ pending }) => log.removePending(pending.clientId));
  outbox.on('signed-out', poller.restart); // Its response decides, and it notices a new session.
  outbox.on('not-saved', () => showNotice(labels.notSaved ?? ''));
  log.on('retry', ({ clientId }) => {
    log.mark(clientId, 'sending', sendingLabel());
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
  find('[data-unseen-button]').addEventListener('click', () => goToEnd().catch(() => {})); // It stays, and can be pressed again.
  addEventListener('pagehide', sendReadNow);
  document.addEventListener('visibilitychange', sendReadNow);
  addEventListener('offline', () => showNotice(labels.offline ?? ''));
  addEventListener('online', hideNotice);
  if (!navigator.onLine) showNotice(labels.offline ?? '');
}

/** @param {string} text @param {Partial<import('/js/outbox.js').PendingMessage>} more */
async function send(text, more = {}) {
  const pending = outbox.write(text, more);
  if (log.hasNewer) await goToEnd().catch(() => {}); // Without a connection the message is added below the messages on the page.
  showPending(pending);
}

/** @param {import('/js/outbox.js').PendingMessage} pending */
function showPending(pending) {
  page.querySelector('[data-empty]')?.remove();
  log.addPending(pending);
  if (pending.refused !== undefined) log.mark(pending.clientId, 'failed', pending.refused || labels.failed || '');
  else log.mark(pending.clientId, 'sending', sendingLabel());
}

function sendingLabel() { return (navigator.onLine ? labels.sending : labels.waiting) ?? ''; }

/**
 * Shows a note on every message that is not sent yet.
 * @param {string | undefined} note @param {import('/js/outbox.js').PendingMessage} [except] a message with a note of its own
 */
function noteWaiting(note, except) {
  for (const pending of outbox.pending) {
    if (pending.refused === undefined && pending.clientId !== except?.clientId) log.mark(pending.clientId, 'sending', note ?? '');
  }
}

/** @param {AbortSignal} signal @param {number} held how many seconds the server may hold the request */
async function poll(signal, held) {
  const { body } = await fetchJson(`${url}?handler=Messages&after=${rev}&version=${version}&wait=${held}`, { timeout: TIMEOUT + held * 1000, signal });
  const changes = /** @type {RoomChanges | null} */ (body);
  if (readUpTo > storedReadUpTo) scheduleRead(); // The request was lost.
  if (!changes) return { update: null };
  if (changes.reset || (changes.closed && !closed)) {
    location.reload();
    return { update: null };
  }
  show(changes.messages);
  rev = changes.rev;
  version = changes.hasMore ? '' : changes.version;
  publish(changes);
  return { update: { version: changes.version, unreadRooms: changes.unreadRooms }, hasMore: changes.hasMore };
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
  updateUnseenButton();
}

async function loadOlder() {
  const { messages, hasMore } = await fetchHistory(`&before=${log.oldestId}`);
  log.addOlder(messages, hasMore);
  setHidden('[data-older]', !hasMore);
}

async function loadNewer() {
  const { messages, hasMore } = await fetchHistory(`&after=${log.newestId}`);
  log.addNewer(messages, hasMore);
  setHidden('[data-newer]', !log.hasNewer);
}

async function goToEnd() {
  if (log.hasNewer) {
    const { messages, hasMore } = await fetchHistory();
    log.restart(messages, hasMore);
    setHidden('[data-older]', !log.hasOlder);
    setHidden('[data-newer]', true);
  }
  log.scrollToEnd();
  forgetUnseen();
}

/** Fetches a page of messages: the newest one, or the one at `place`, a query string such as "&before=3". */
async function fetchHistory(place = '') {
  const { body } = await fetchJson(`${url}?handler=History${place}`, { timeout: TIMEOUT });
  return /** @type {History} */ (body);
}

function forgetUnseen() {
  unseen.clear();
  updateUnseenButton();
}

function updateUnseenButton() {
  setHidden('[data-unseen-button]', unseen.size === 0);
  const text = find('[data-unseen-count]');
  const label = (labels.newMessages ?? '').replace('{0}', String(unseen.size));
  if (text.textContent !== label) text.textContent = label;
}

let readUpTo = 0;
let storedReadUpTo = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */ let readTimer;

/** @param {number} id */
function markRead(id) {
  readUpTo = Math.max(readUpTo, id);
  scheduleRead();
}

function scheduleRead() {
  clearTimeout(readTimer);
  readTimer = setTimeout(sendRead, READ_DELAY);
}

/** Sends a read marker that is due, without its delay, when the user leaves the page; the request outlives the page. */
function sendReadNow() {
  if (readTimer !== undefined) sendRead();
}

function sendRead() {
  clearTimeout(readTimer);
  readTimer = undefined;
  const upTo = readUpTo;
  fetchJson(`${url}?handler=Read`, { timeout: TIMEOUT, form, fields: { upTo: String(upTo) } })
    .then(() => { storedReadUpTo = Math.max(storedReadUpTo, upTo); })
    .catch(() => {}); // Repeated after the next poll.
}

/** @param {number} failures */
function showTrouble(failures) {
  if (failures === 0) {
    hideNotice();
    outbox.resume();
  } else showNotice(navigator.onLine ? labels.unsteady ?? '' : labels.offline ?? '');
}

/** @param {HttpError} error */
function showEnd(error) {
  if (error.isSignedOut) showSignedOut();
  else showNotice(error.detail || labels.gone || '');
}

function showSignedOut() {
  noteWaiting(labels.afterSignIn);
  const link = document.createElement('a');
  link.className = 'link';
  link.href = appUrl(`/account/sign-in?returnUrl=${encodeURIComponent(url)}`);
  link.textContent = labels.signIn ?? '';
  showNotice(`${labels.signedOut} `, link);
}

/** Shows a notice, once: a live region announces each change of its content. @param {(string | Node)[]} content */
function showNotice(...content) {
  const notice = find('[data-trouble]');
  const text = content.map(part => (typeof part === 'string' ? part : part.textContent)).join('');
  if (notice.textContent !== text) keepFocus(() => notice.replaceChildren(...content), find('[data-scroll]'));
  notice.hidden = false;
}

function hideNotice() { setHidden('[data-trouble]', true); }

/** Hides an element that may have the focus; the conversation gets it then. @param {string} selector @param {boolean} hidden */
function setHidden(selector, hidden) {
  keepFocus(() => { find(selector).hidden = hidden; }, find('[data-scroll]'));
}

/** Wraps a task so that only one run is active at a time, and failures are ignored. @param {() => Promise<void>} task */
function once(task) {
  let running = false;
  return async () => {
    if (running) return;
    running = true;
    try {
      await task();
    } catch {
      // The next scroll tries again.
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
