// @ts-check
// URLs of the app, which may run under a path of its host ("/market").

const BASE = document.body.dataset.base ?? '';

/** The URL of a path of the app, such as "/chat/3". @param {string} path */
export const appUrl = path => BASE + path;
