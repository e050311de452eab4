import type { Rig } from '../rig/box-rig.ts';
import { until } from '../rig/until.ts';

/** The rows on the serial display: what came after its last form feed. */
export const displayRows = (rig: Rig): readonly string[] =>
  (rig.display?.heard().split('\f').at(-1) ?? '').split('\r\n');

/** The display as one line, once nothing more comes. */
export async function displayLine(rig: Rig): Promise<string> {
  let seen = '';
  await until('a display at rest', () => {
    const now = displayRows(rig).join(' ').trim();
    const still = now !== '' && now === seen;
    seen = now;
    return still;
  });
  return `“${seen}”`;
}
