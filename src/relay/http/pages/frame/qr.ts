/** A QR code as a picture within the page: nothing is asked of anybody else for it. */
import { encode } from 'uqr';
import { type Html, html } from '../../../../base/html.ts';

/** White around it, in its own squares, without which no camera finds it. */
const border = 4;

/** `label` says what it is to whoever does not see it. Dark on white also where the page is dark: many apps read no other. */
export function qr(text: string, label: string): Html {
  const { data, size } = encode(text, { border, ecc: 'M' });
  const runs = data.flatMap((row, y) =>
    row.map((isDark, x) => (isDark && row[x - 1] !== true ? `M${x} ${y}h${runFrom(row, x)}v1H${x}z` : '')),
  );
  return html`<svg class="qr" role="img" aria-label="${label}" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path fill="#000" d="${runs.join('')}"/></svg>`;
}

/** Dark squares on end. */
function runFrom(row: readonly boolean[], x: number): number {
  const end = row.indexOf(false, x);
  return (end < 0 ? row.length : end) - x;
}
