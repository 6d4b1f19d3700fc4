// @ts-check
// Text as users see it. BlankText and Characters on the server have the same rules and explain them (tests/Cases/characters.json).

const BLANK = new RegExp('^[\\p{White_Space}\\p{Cc}\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}'
  + '\\ufff9-\\ufffb\\u2800\\u{13441}\\u{13442}\\u{16fe4}\\u{1d159}]*$', 'u');
const MAX_UNITS = 16;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Whether the text has no visible character. @param {string} text */
export const isBlank = text => BLANK.test(text);

/** The number of characters (grapheme clusters); a very long one counts as several. @param {string} text */
export function countCharacters(text) {
  let count = 0;
  for (const { segment } of segmenter.segment(text)) count += Math.ceil(segment.length / MAX_UNITS);
  return count;
}
