import { encode } from 'uqr';
import { type Html, html } from '../../../../base/html.ts';

/** Dark on light in both themes: cameras do not read it the other way round. Its text stands beside it. */
export function qrCode(text: string, label: string): Html {
  const { size, data } = encode(text, { ecc: 'M', border: 3 });
  const path = data
    .flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : [])))
    .join('');
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label="${label}"><rect class="light" width="${size}" height="${size}"></rect><path d="${path}"></path></svg>`;
}
