import type { WallMs } from '../../base/brand.ts';
import { canonical, type Json } from '../../base/canonical.ts';
import { checkpointLine } from '../../wire/chain.ts';
import { lastEventsMax } from '../../wire/control.ts';
import type { BoxHandle } from '../ports.ts';
import { instantArg, maybe, operation, wholeArg } from './args.ts';
import type { Operation } from './call.ts';

/** Events between two looks at the keypad. */
const sliceEvents = 100;

const asJson = (value: object): Json => value as unknown as Json;

const spanArgs = {
  since: maybe(instantArg),
  until: maybe(instantArg),
  last: maybe(wholeArg(1, lastEventsMax)),
};

interface Span {
  readonly since: WallMs | null;
  readonly until: WallMs | null;
  readonly last: number | null;
}

function rangeOf(
  { since, until, last }: Span,
  box: BoxHandle,
): { readonly from: number; readonly to: number } {
  const range = box.store.journal.range(since, until);
  return last === null ? range : { from: Math.max(range.from, range.to - last + 1), to: range.to };
}

async function each(
  range: { readonly from: number; readonly to: number },
  box: BoxHandle,
  send: (event: Json) => Promise<void>,
): Promise<void> {
  let count = 0;
  for (const event of box.store.journal.read(range)) {
    await send(asJson(event));
    count += 1;
    if (count % sliceEvents === 0) await new Promise(setImmediate);
  }
}

const list = operation(spanArgs, async (args, call, box) => {
  await each(rangeOf(args, box), box, event => call.item(event));
  return null;
});

/** The exact lines, then the box's signature over where they begin and end. */
const exported = operation(spanArgs, async (args, call, box) => {
  const range = rangeOf(args, box);
  await each(range, box, event => call.item(canonical(event)));
  await call.item(checkpointLine(box.store.journal.checkpoint(range.from, range.to)));
  return null;
});

export const eventOperations: readonly (readonly [string, Operation])[] = [
  ['events.list', list],
  ['events.export', exported],
];
