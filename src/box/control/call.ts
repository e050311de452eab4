import type { Json } from '../../base/canonical.ts';
import type { BoxHandle } from '../ports.ts';

/** The args of a request: from outside, believed in nothing. */
type Args = { readonly [name: string]: Json | undefined };

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

/** The `done` of an answer; a thrown Fault is its `error`. */
export type Answer = Json | Promise<Json>;

export type Operation = (call: Call, box: BoxHandle) => Answer;
