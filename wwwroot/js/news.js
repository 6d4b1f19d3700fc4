// @ts-check
// How one part of a page tells the others what the server said: whoever polls announces, whoever shows listens.

/** @typedef {{ unreadRooms: number, bell: number, counterpartReadUpTo?: number }} News counterpartReadUpTo: in an open room, the message up to which the other has read */

const NAME = 'market:news';

/** @param {News} news */
export const announce = news => document.dispatchEvent(new CustomEvent(NAME, { detail: news }));

/** @param {(news: News) => void} listener */
export const onNews = listener => document.addEventListener(NAME, event => listener(/** @type {CustomEvent<News>} */ (event).detail));
