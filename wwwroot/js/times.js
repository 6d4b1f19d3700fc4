// @ts-check
// Formats times in the user's language and time zone, and updates the times on the page. UserTimeFormatter on the server has the same
// rules (tests/Cases/times.json).
import { appUrl } from './app-url.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MAX_RELATIVE_DAYS = 7;
const ZONE_COOKIE = 'market-zone';
const A_YEAR_IN_SECONDS = 365 * 24 * 3600;

const language = document.documentElement.lang;
const justNow = document.documentElement.dataset.justNow ?? '';
const relative = new Intl.RelativeTimeFormat(language);
const nearDay = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }); // "어제" rather than "1일 전"
const longDate = new Intl.DateTimeFormat(language, { dateStyle: 'long' });
const fullDate = new Intl.DateTimeFormat(language, { dateStyle: 'full' });
const clock = new Intl.DateTimeFormat(language, { timeStyle: 'short' });

/** Returns the calendar day of a time as a number of days. @param {Date} at */
export const dayOf = at => Math.floor((at.getTime() - at.getTimezoneOffset() * MINUTE) / DAY);

/** Formats the time elapsed: "방금", "5분 전", "어제", and the date after a week. @param {Date} at */
export function formatRelative(at, now = new Date()) {
  const passed = now.getTime() - at.getTime();
  if (passed < MINUTE) return justNow;
  if (passed < HOUR) return relative.format(-Math.floor(passed / MINUTE), 'minute');
  if (passed < DAY) return relative.format(-Math.floor(passed / HOUR), 'hour');
  const days = Math.max(1, dayOf(now) - dayOf(at));
  if (days === 1) return nearDay.format(-1, 'day');
  return days < MAX_RELATIVE_DAYS ? relative.format(-days, 'day') : longDate.format(at);
}

/** Formats the day: "오늘", or the full date. @param {Date} at */
export function dayName(at, now = new Date()) {
  if (dayOf(at) !== dayOf(now)) return fullDate.format(at);
  const today = nearDay.format(0, 'day');
  return today.charAt(0).toLocaleUpperCase(language) + today.slice(1);
}

const formatters = { relative: formatRelative, day: dayName, clock: (/** @type {Date} */ at) => clock.format(at) };

let today = dayOf(new Date());

/**
 * Sets the time of an element. The first time that is set on a new day updates all others, so that yesterday is not called "오늘" beside
 * today.
 * @param {HTMLTimeElement} element @param {Date} at
 */
export function setTime(element, at) {
  if (today !== dayOf(new Date())) refreshTimes();
  const text = formatters[/** @type {keyof typeof formatters} */ (element.dataset.time)]?.(at) ?? '';
  if (element.textContent !== text) element.textContent = text;
  if (element.dateTime === at.toISOString() && element.title) return;
  element.dateTime = at.toISOString();
  element.title = `${fullDate.format(at)} ${clock.format(at)}`;
}

/** Updates all times on the page. */
export function refreshTimes() {
  today = dayOf(new Date());
  for (const element of document.querySelectorAll('time[data-time]')) {
    if (element instanceof HTMLTimeElement && element.dateTime) setTime(element, new Date(element.dateTime));
  }
}

/** Sets the cookie with the user's time zone, and updates all times now and as each minute begins while the page is visible. */
export function startTimes() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const secure = location.protocol === 'https:' ? ';secure' : '';
  document.cookie = `${ZONE_COOKIE}=${zone};path=${appUrl('/')};max-age=${A_YEAR_IN_SECONDS};samesite=lax${secure}`;
  refreshTimes();
  const everyMinute = () => setTimeout(() => {
    if (!document.hidden) refreshTimes();
    everyMinute();
  }, MINUTE - Date.now() % MINUTE);
  everyMinute();
  document.addEventListener('visibilitychange', () => document.hidden || refreshTimes());
}
