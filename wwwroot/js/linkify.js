// @ts-check
// Turns the URLs in a text into links. Nothing else in the text becomes markup. Linkifier on the server has the same rules and explains
// them (tests/Cases/linkify.json).

const HOST = String.raw`\p{L}\p{M}\p{N}\p{So}\u{10000}-\u{10ffff}_\-`;
const OTHER_SCRIPT = String.raw`[^\0-\u024f\u1e00-\u1eff\p{M}.]`; // A character that is neither ASCII nor Latin with accents.
const CANDIDATE = new RegExp(String.raw`([hH][tT][tT][pP][sS]?:\/\/)`
  + String.raw`(\[[0-9a-fA-F:.]+\]|[${HOST}]{1,63}(?:\.[${HOST}]{1,63})*)`
  + String.raw`(?!\.?[${HOST}\u200d])(?![^\s\/?#<>"'\x60\\]*@)(:[0-9]+)?`
  + String.raw`([\/?#](?:[^\s<>"'\x60\\\p{Cc}\p{Cf}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}]`
  + String.raw`|[\u{10000}-\u{10ffff}\u200c\u200d!#%&*,.\/:;?@()\[\]\{\}·・])*)?`, 'gu');
const ENDS_IN_OTHER_SCRIPT = new RegExp(String.raw`${OTHER_SCRIPT}[^.]*$`, 'u');
const ASCII_THEN_OTHER = new RegExp(String.raw`(?:^|\.)[^.\u0080-\u{10ffff}]*[a-zA-Z0-9](?=[_\-]*${OTHER_SCRIPT})`, 'gu');
const DOMAIN_THEN_OTHER = new RegExp(String.raw`\.[a-zA-Z]{2,}(?=[_\-]*${OTHER_SCRIPT})`, 'gu');
const ENDS_IN_NUMBER = /(?:^|\.)(?:[0-9]+|0[xX][0-9a-fA-F]*)$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}$/;
const NOT_AT_THE_END = /[.,:;!?*([{·・\u200c\u200d]+$/;
const CLOSING = new Map([['(', ')'], ['[', ']'], ['{', '}']]);

/** @param {string} text @returns {(string | HTMLAnchorElement)[]} */
export function linkify(text) {
  const segments = [];
  let from = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const url = findUrl(match);
    if (!url) continue;
    if (match.index > from) segments.push(text.slice(from, match.index));
    segments.push(link(url));
    from = match.index + url.length;
  }
  if (from < text.length) segments.push(text.slice(from));
  return segments;
}

/** @param {RegExpMatchArray} candidate */
function findUrl([, scheme = '', name = '', port = '', rest = '']) {
  const host = cutHost(name);
  if (!isHost(host)) return '';
  if (host.length < name.length) return scheme + host;
  if (Number(port.slice(1)) > 65_535) return '';
  return (scheme + name + port + cutAtUnmatchedBracket(rest)).replace(NOT_AT_THE_END, '');
}

/** @param {string} name */
function cutHost(name) {
  for (const change of name.matchAll(ENDS_IN_OTHER_SCRIPT.test(name) ? ASCII_THEN_OTHER : DOMAIN_THEN_OTHER)) {
    const host = name.slice(0, change.index + change[0].length);
    if (host.includes('.') || !name.includes('.')) return host;
  }
  return name;
}

/** @param {string} host */
function isHost(host) {
  if (ENDS_IN_NUMBER.test(host)) return IPV4.test(host);
  try {
    const { hostname } = new URL(`https://${host}/`);
    return host.startsWith('[') || !ENDS_IN_NUMBER.test(hostname);
  } catch {
    return false;
  }
}

/** @param {string} rest */
function cutAtUnmatchedBracket(rest) {
  const open = [];
  for (let i = 0; i < rest.length; i++) {
    const character = rest.charAt(i);
    const closing = CLOSING.get(character);
    if (closing) open.push(closing);
    else if (')]}'.includes(character) && open.pop() !== character) return rest.slice(0, i);
  }
  return rest;
}

/** @param {string} url */
function link(url) {
  const anchor = document.createElement('a');
  anchor.className = 'message__link';
  anchor.href = url;
  anchor.dir = 'ltr'; // Direction marks before the link do not turn it round.
  anchor.rel = 'nofollow noopener ugc';
  anchor.target = '_blank';
  anchor.textContent = url;
  return anchor;
}
