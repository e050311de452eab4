/** Above every letter, so that a word and what begins with it lie between the two. */
export const lastWord = '\u{10ffff}';

/** `Citroën Jumpy 12-KX` → `citroen jumpy 12 kx`: as somebody types them. */
export const typedWords = (text: string): readonly string[] => [
  ...new Set(
    text
      .normalize('NFKD')
      .replaceAll(/\p{M}/gu, '')
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter(word => word !== ''),
  ),
];

/** The same, and the parts of those in which digits and letters meet: `KX204` is found by `204` too. */
export const wordsOf = (text: string): readonly string[] => [
  ...new Set(typedWords(text).flatMap(word => [word, ...(word.match(/\p{N}+|[^\p{N}]+/gu) ?? [])])),
];
