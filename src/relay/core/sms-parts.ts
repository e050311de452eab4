/** How many parts an SMS is sent in, each of which is paid for (GSM 03.38 and 03.40). */

const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Two places each. */
const extended = new Set('^{}\\[~]|€');

interface SmsParts {
  readonly parts: number;
  readonly characters: number;
  /** Some letter is not in the short alphabet: each then takes two bytes. */
  readonly isUnicode: boolean;
}

const isShort = (letters: readonly string[]): boolean =>
  letters.every(letter => basic.has(letter) || extended.has(letter));

export function smsParts(text: string): SmsParts {
  const letters = [...text];
  return { parts: smsPieces(text).length, characters: letters.length, isUnicode: !isShort(letters) };
}

/** The text as it is sent, part by part; a letter is never cut in two. */
export function smsPieces(text: string): readonly string[] {
  const letters = [...text];
  const isUnicode = !isShort(letters);
  const placesOf = (letter: string): number => (isUnicode ? letter.length : extended.has(letter) ? 2 : 1);
  const [alone, each] = isUnicode ? [70, 67] : [160, 153];
  const pieces: string[] = [''];
  let left: number = letters.reduce((sum, letter) => sum + placesOf(letter), 0) <= alone ? alone : each;
  for (const letter of letters) {
    if (placesOf(letter) > left) {
      pieces.push('');
      left = each;
    }
    pieces[pieces.length - 1] += letter;
    left -= placesOf(letter);
  }
  return pieces;
}
