// @ts-check
// Turns the URLs in a text into links. Nothing else in the text becomes markup. Linkifier on the server has the same rules
// (tests/Cases/linkify.json).

// The characters that \s matches in .NET. In JavaScript \s does not match U+0085 and matches U+FEFF.
const SPACE = '\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const LINK = new RegExp(`https?://[^${SPACE}<>"'\`]+[^${SPACE}<>"'\`.,;:!?)\\]}…。、]`, 'gi');

/** @param {string} text @returns {(string | HTMLAnchorElement)[]} */
export function linkify(text) {
  const segments = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    if (match.index > from) segments.push(text.slice(from, match.index));
    segments.push(link(match[0]));
    from = match.index + match[0].length;
  }
  if (from < text.length) segments.push(text.slice(from));
  return segments;
}

/** @param {string} url */
function link(url) {
  const anchor = document.createElement('a');
  anchor.className = 'message__link';
  anchor.href = url;
  anchor.rel = 'nofollow noopener ugc';
  anchor.target = '_blank';
  anchor.textContent = url;
  return anchor;
}
