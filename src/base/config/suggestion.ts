/** Letters that differ between two words, a swap of neighbours counting as one (Damerau–Levenshtein, adjacent swaps only). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(
        (above[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) best = Math.min(best, (before[column - 2] ?? 0) + 1);
      line.push(best);
    }
    before = above;
    above = line;
  }
  return above[b.length] ?? 0;
}

const plain = (word: string): string => word.toLowerCase().replaceAll(/[-_ ]/g, '');

/** The known word that somebody probably meant, or null. Words over 40 characters are nobody's typing error. */
export function nearest(word: string, known: readonly string[]): string | null {
  if (word.length > 40) return null;
  let best: string | null = null;
  let least = Math.max(1, Math.min(2, Math.floor(word.length / 2))) + 1;
  for (const candidate of known) {
    const apart = distance(plain(word), plain(candidate));
    if (apart < least) [best, least] = [candidate, apart];
  }
  return best;
}

/** ` – did you mean “baud”?`, or a list of what is possible. */
export function suggestion(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  if (meant !== null) return ` – did you mean ${JSON.stringify(meant)}?`;
  return known.length === 0 ? '' : `; known here: ${known.join(', ')}`;
}
