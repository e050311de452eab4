import { millis } from '../../base/brand.ts';
import { every } from '../../base/every.ts';
import type { BoxState } from '../core/model.ts';
import { screenNow } from '../core/screen-now.ts';
import type { DisplayPort, Time } from '../ports.ts';
import { type Moment, type Render, type Size, unlimited } from './texts/render.ts';

/** A list longer than the display shows its next page this often; the time of day moves on no later than this either. */
const turnPageMs = millis(4_000);

interface DisplayDeps {
  readonly render: Render;
  readonly time: Time;
  /** The serial display, where there is one. */
  readonly display: { readonly port: DisplayPort; readonly size: Size } | null;
  readonly state: () => BoxState;
}

/** The box's state in words: on its display, and on the control socket. */
export class Display {
  readonly #deps: DisplayDeps;
  #cancel = (): void => {};
  #shown: readonly string[] = [];

  constructor(deps: DisplayDeps) {
    this.#deps = deps;
    this.#cancel = every(deps.time, turnPageMs, () => this.refresh());
  }

  /** Rows without limits of width, for the control socket. */
  readonly screen = (): readonly string[] => this.#rows(unlimited);

  /** Draws anew where the picture has changed. The display sends only what differs, and never waits. */
  readonly refresh = (): void => {
    const { display } = this.#deps;
    if (display === null) return;
    const rows = this.#rows(display.size);
    if (rows.length === this.#shown.length && rows.every((row, at) => row === this.#shown[at])) return;
    this.#shown = rows;
    display.port.show(rows);
  };

  close(): void {
    this.#cancel();
  }

  #rows(size: Size): readonly string[] {
    const state = this.#deps.state();
    return this.#deps.render(screenNow(state), this.#moment(state), size);
  }

  #moment(state: BoxState): Moment {
    const { vouchedAt, enrolled } = state.sync;
    const syncAge = enrolled && vouchedAt !== null ? millis(state.clock.judged - vouchedAt) : null;
    const page = Math.floor(this.#deps.time.mono() / turnPageMs);
    return { now: state.clock.judged, syncAge, page };
  }
}
