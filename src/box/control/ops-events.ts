import { canonical, type Json } from '../../base/canonical.ts';
import { checkpointLine } from '../../wire/chain.ts';
import { lastEventsMax } from '../../wire/control.ts';
import type { BoxHandle } from '../ports.ts';
import { optionalWhole } from './args.ts';
import type { Call, Operation } from './call.ts';
import { instantArg } from './ops-command.ts';

/** Events between two looks at the keypad. */
const sliceEvents = 100;

const asJson = (value: object): Json => value as unknown as Json;

function rangeOf(call: Call, box: BoxHandle): { readonly from: number; readonly to: number } {
  const { journal } = box.store;
  const since = instantArg(call.args, 'since');
  const until = instantArg(call.args, 'until');
  const range = journal.range(since, until);
  const last = optionalWhole(call.args, 'last', { min: 1, max: lastEventsMax });
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

const list: Operation = async (call, box) => {
  await each(rangeOf(call, box), box, event => call.item(event));
  return null;
};

/** The exact lines, then the box's signature over where they begin and end. */
const exported: Operation = async (call, box) => {
  const range = rangeOf(call, box);
  await each(range, box, event => call.item(canonical(event)));
  await call.item(checkpointLine(box.store.journal.checkpoint(range.from, range.to)));
  return null;
};

export const eventOperations: readonly (readonly [string, Operation])[] = [
  ['events.list', list],
  ['events.export', exported],
];
