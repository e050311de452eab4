/** These have no decomposition into an ASCII letter and its accent, but a well-known spelling. */
const spelled: Readonly<Record<string, string>> = {
  '–': '-',
  '—': '-',
  '‑': '-',
  '−': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '…': '...',
  '·': '.',
  '•': '*',
  '→': '->',
  '⁄': '/',
  '×': 'x',
  '€': 'EUR',
  '°': 'o',
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'TH',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
};

/** `text` in printable ASCII, for displays that know nothing else: `é` is `e`, `–` is `-`, the rest `?`. */
export function plainText(text: string): string {
  let plain = '';
  for (const char of text.normalize('NFKD')) {
    if (char >= ' ' && char <= '~') plain += char;
    else if (!/\p{M}/u.test(char)) plain += spelled[char] ?? (/\s|\p{C}/u.test(char) ? ' ' : '?');
  }
  return plain;
}
