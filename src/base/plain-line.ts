/**
 * Names and reasons: text on one line that people type, and that other people read as what it says. The one place that knows
 * which characters stand in such a text unseen.
 */

/**
 * Never part of a name: control characters, line and paragraph separators, halves of surrogate pairs, what turns the direction
 * of the text after it (UAX 9: embeddings, overrides, isolates), and what is not seen at all (zero width space, word joiner,
 * byte order mark, fillers, tags, annotations, noncharacters). Two texts that look alike would be two names, or one name would
 * read as another.
 */
const hidden =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u17b4\u17b5\u180e\u200b\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e00ff}\u{e01f0}-\u{e0fff}]/u;

/**
 * Without effect on how a name reads, and left out: soft hyphen, grapheme joiner, the three direction marks. Copied numbers and
 * names bring them along.
 */
const marks = /\u00ad|\u034f|\u061c|\u200e|\u200f/gu;

/**
 * Beside marks and spaces there are two joiners (Persian, Indic scripts, emoji) and selectors of variants (emoji, Japanese family
 * names), which belong to names and show nothing by themselves: a name of nothing else is blank.
 */
const visible = /[^\s\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Says as the end of a sentence what is wrong with a text that is to be a name; null where nothing is. */
export function lineProblem(text: string): string | null {
  const found = hidden.exec(text)?.[0];
  if (found === undefined) return visible.test(text) ? null : 'is empty';
  if (/\p{Cc}/u.test(found)) return 'holds a control character';
  const point = `U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return found.isWellFormed()
    ? `holds ${point}, a character that is not seen; type the text anew`
    : `holds half of a character (${point})`;
}

/** As it is kept, once `lineProblem` found nothing. */
export const withoutMarks = (text: string): string => text.replace(marks, '');

/**
 * Cleans a name that others gave and that cannot be sent back to them: it is well-formed, on one line, with nothing hidden. Control characters
 * and separators are spaces, half a surrogate pair is U+FFFD, all else that hides is left out.
 */
export const cleanLine = (text: string): string =>
  withoutMarks(withHidden(text.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' '), ''));

/** Makes a text that was kept before this rule was fit for a terminal: a question mark for each character that hides. */
export const shownLine = (text: string): string => withHidden(text, '?');

const withHidden = (text: string, as: string): string =>
  hidden.test(text) ? Array.from(text, char => (hidden.test(char) ? as : char)).join('') : text;
