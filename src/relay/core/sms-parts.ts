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

export function smsParts(text: string): SmsParts {
  const letters = [...text];
  const characters = letters.length;
  const isUnicode = !letters.every(letter => basic.has(letter) || extended.has(letter));
  const places = isUnicode ? text.length : characters + letters.filter(letter => extended.has(letter)).length;
  const [alone, each] = isUnicode ? [70, 67] : [160, 153];
  return { parts: places <= alone ? 1 : Math.ceil(places / each), characters, isUnicode };
}
