import { Fault } from '../../../base/fault.ts';
import type { LineSpec } from '../../ports.ts';

/** How people find a line: `pinctrl-bcm2711 line 17`. */
export const lineName = ({ chip, line }: LineSpec): string => `${chip} line ${line}`;

/** Each line of a chip has one job: two doors on one line would be each other's door. */
export class Claims {
  readonly #taken = new Set<string>();

  /** @throws Fault `line-setup` when the line is no line, or in use. */
  take(spec: LineSpec): void {
    const name = lineName(spec);
    if (!Number.isSafeInteger(spec.line) || spec.line < 0) {
      throw new Fault('line-setup', `${name}: not a line number`, 'lines are counted from 0 on each chip');
    }
    if (this.#taken.has(name)) {
      throw new Fault(
        'line-setup',
        `${name} is used twice`,
        'give each lock and each sensor a line of its own',
      );
    }
    this.#taken.add(name);
  }
}
