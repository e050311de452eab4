import type { Json } from '../../base/canonical.ts';
import type { BoxHandle } from '../ports.ts';
import type { Args } from './args.ts';

/** One request of one client, as an operation sees it. */
export interface Call {
  readonly args: Args;
  /** Who asks, as claimed. */
  readonly who: string;
  readonly why: string | null;
  /** How many rows the client announced. */
  readonly rowCount: number;
  /** The rows that follow the request, as they arrive. Throws Fault where the client stalls or sends no JSON. */
  rows(): AsyncIterable<Json>;
  /** The client has hung up: what runs until then, ends then. */
  readonly gone: AbortSignal;
  /** One line of the answer; resolves when there is room for the next. Throws Fault `gone`. */
  item(value: Json): Promise<void>;
}

/** An operation answers a request: its value is the `done` of the answer, a thrown Fault the `error`. */
export type Operation = (call: Call, box: BoxHandle) => Json | Promise<Json>;
