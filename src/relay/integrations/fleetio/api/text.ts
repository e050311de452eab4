/** Texts of others, as they may be stored and shown: what a database, a mail or a page cannot hold is not in them. */
import { cleanLine } from '../../../../base/plain-line.ts';

/**
 * One line of well-formed Unicode, at most `max` UTF-16 units, with nothing in it that hides. Control characters (NUL, which
 * PostgreSQL refuses, among them) are spaces; half a surrogate pair is U+FFFD. Cut first: its cost is that of `max`, however long
 * the text is.
 */
export function plainText(text: string, max: number): string {
  const start = cleanLine(text.slice(0, max * 2))
    .trim()
    .slice(0, max);
  return start.isWellFormed() ? start : start.slice(0, -1);
}
