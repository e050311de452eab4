import { after, type KeyName, type MonoMs, millis, type SlotId } from '../../base/brand.ts';
import type { Json } from '../../base/canonical.ts';
import { Fault } from '../../base/fault.ts';
import { lookMs } from '../../wire/control.ts';
import type { JournalEvent } from '../../wire/journal.ts';
import { keyOf } from '../core/draft.ts';
import type { BoxState } from '../core/model.ts';
import type { BoxHandle } from '../ports.ts';
import { keyArg, lineArg, maybe, operation, slotArg, wholeArg } from './args.ts';
import type { Call, Operation } from './call.ts';
import { dayFrom, Feed } from './feed.ts';
import { keyIn, obeyed, whyOf } from './ops-command.ts';

/** How long a test looks, unless told otherwise. */
const lookUsualMs = 30_000;
/** How long a technician has for a door that was opened for a test or for learning. */
const doorMs = millis(180_000);
/** How often counters of a port are read. */
const counterMs = millis(200);

const asJson = (value: object): Json => value as unknown as Json;

const forArg = maybe(wholeArg(lookMs.least, lookMs.most));

const lookUntil = (forMs: number | null, box: BoxHandle): MonoMs =>
  after(box.time.mono(), millis(forMs ?? lookUsualMs));

/** Runs `follow` with everything that happens from now on, and stops listening whatever comes of it. */
async function following<T>(
  call: Call,
  box: BoxHandle,
  follow: (feed: Feed<JournalEvent | BoxState>) => Promise<T>,
): Promise<T> {
  const feed = new Feed<JournalEvent | BoxState>(box.time, call.gone);
  const stop = box.watch({ events: events => events.forEach(feed.push), changed: feed.push });
  try {
    return await follow(feed);
  } finally {
    stop();
  }
}

const isEvent = (what: JournalEvent | BoxState): what is JournalEvent => 'seq' in what;

/** Live: every event, and what the display shows. */
const watch = operation({}, (_args, call, box) =>
  following(call, box, async feed => {
    let shown = '';
    const show = async (): Promise<void> => {
      const screen = box.screen();
      const text = screen.join('\n');
      if (text === shown) return;
      shown = text;
      await call.item({ screen });
    };
    await show();
    while (!call.gone.aborted) {
      const next = await feed.next(dayFrom(box.time));
      if (next !== null && isEvent(next)) await call.item({ event: asJson(next) });
      else await show();
    }
    return null;
  }),
);

/** Follows one slot from its opening to the closing of its door. */
async function followSlot(
  call: Call,
  box: BoxHandle,
  feed: Feed<JournalEvent | BoxState>,
  slot: SlotId,
): Promise<void> {
  const until = after(box.time.mono(), doorMs);
  for (;;) {
    const next = await feed.next(until);
    if (next === null) throw new Fault('door-open', `the door of slot ${slot} was not shut`, 'Shut it.');
    if (!isEvent(next) || next.slot !== slot) continue;
    await call.item(asJson(next));
    if (next.type === 'door-closed') return;
    if (next.type === 'not-opened' || next.type === 'jammed') {
      throw new Fault(
        'not-opened',
        `the door of slot ${slot} did not open`,
        'Check its lock and its sensor.',
      );
    }
  }
}

const testLock = operation({ slot: slotArg }, ({ slot }, call, box) =>
  following(call, box, async feed => {
    whyOf(call);
    const done = await obeyed(call, box, { verb: 'open', slot });
    await followSlot(call, box, feed, slot);
    return done;
  }),
);

const learn = operation({ slot: maybe(slotArg), key: keyArg, forMs: forArg }, (args, call, box) =>
  following(call, box, async feed => {
    whyOf(call);
    const key = keyIn(box, args.key);
    const done = await obeyed(call, box, { verb: 'learn', key, slot: args.slot });
    const slot = slotOfDone(done);
    await call.item({ slot });
    await followSlot(call, box, feed, slot);
    return learnt(box, key, slot);
  }),
);

const slotOfDone = (done: Json): SlotId => (done as { readonly slot: SlotId }).slot;

function learnt(box: BoxHandle, name: KeyName, slot: SlotId): Json {
  const key = keyOf(box.state(), name);
  const inside = key?.place.at === 'slot' && key.place.slot === slot;
  if (key === null || !inside) {
    throw new Fault(
      'not-learnt',
      `${name} was not put into slot ${slot}`,
      'Put the key in, then shut the door.',
    );
  }
  return { key: name, slot, tagged: key.tagged };
}

interface Levels {
  readonly slot: number;
  readonly door: string;
  readonly presence: string;
}

/** Doors and presence sensors as they change: open and shut each door, take and bring each key. */
const testDoor = operation({ slot: maybe(slotArg), forMs: forArg }, ({ slot: only, forMs }, call, box) =>
  following(call, box, async feed => {
    const until = lookUntil(forMs, box);
    const seen = new Map<number, string>();
    let changes = -1;
    const look = async (): Promise<void> => {
      for (const levels of levelsOf(box.state(), only)) {
        const text = `${levels.door} ${levels.presence}`;
        if (seen.get(levels.slot) === text) continue;
        if (seen.has(levels.slot)) changes = Math.max(changes, 0) + 1;
        seen.set(levels.slot, text);
        await call.item(asJson(levels));
      }
    };
    await look();
    if (seen.size === 0)
      throw new Fault('no-such-slot', `this box has no slot ${only}`, 'See smartbox slots.');
    for (let next = await feed.next(until); next !== null; next = await feed.next(until)) await look();
    return { changes: Math.max(changes, 0) };
  }),
);

const levelsOf = (state: BoxState, only: number | null): readonly Levels[] =>
  state.slots
    .filter(slot => only === null || slot.id === only)
    .map(({ id, door, presence }) => ({ slot: id, door, presence }));

/**
 * Whether a port hears anything, by its counters: what was typed or tapped stays where it is.
 * @throws Fault `no-such-port`, `nothing-read`
 */
const testPort = (names: (box: BoxHandle) => readonly string[]): Operation =>
  operation({ device: maybe(lineArg(64)), forMs: forArg }, async ({ device, forMs }, call, box) => {
    const name = device ?? names(box)[0];
    const port = (): ReturnType<BoxHandle['ports']>[number] | undefined =>
      names(box).includes(name ?? '') ? box.ports().find(each => each.device === name) : undefined;
    const before = port();
    if (before === undefined) {
      throw new Fault(
        'no-such-port',
        `there is no ${name ?? 'such device'}`,
        `There are: ${names(box).join(', ') || 'none'}.`,
      );
    }
    const until = lookUntil(forMs, box);
    const feed = new Feed<never>(box.time, call.gone);
    const start = before.counters;
    let last = '';
    for (let now = port(); now !== undefined; now = port()) {
      const rejected = total(now.counters.rejected) - total(start.rejected);
      const heard = {
        device: now.device,
        up: now.up,
        trouble: now.trouble,
        bytes: now.counters.bytes - start.bytes,
        decoded: now.counters.decoded - start.decoded,
        rejected,
      };
      if (JSON.stringify(heard) !== last) await call.item(heard);
      last = JSON.stringify(heard);
      if (call.gone.aborted || box.time.mono() >= until) return heardReport(heard);
      await feed.next(after(box.time.mono(), counterMs));
    }
    return null;
  });

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** @throws Fault `nothing-read` */
function heardReport(heard: {
  readonly device: string;
  readonly bytes: number;
  readonly decoded: number;
}): Json {
  if (heard.decoded > 0) return { device: heard.device, decoded: heard.decoded };
  throw heard.bytes > 0
    ? new Fault(
        'nothing-read',
        `${heard.device} sends bytes that mean nothing`,
        'Check `protocol:` and `baud:`.',
      )
    : new Fault('nothing-read', `nothing came from ${heard.device}`, 'Check its cable, power and `path:`.');
}

/** The bytes of a port as they come, until the client leaves. Of a keypad they are what people type. */
const record = operation({ device: lineArg(64), forMs: forArg }, async ({ device, forMs }, call, box) => {
  const why = whyOf(call);
  const until = lookUntil(forMs, box);
  const began = box.time.mono();
  const feed = new Feed<{ readonly atMs: number; readonly bytes: string }>(box.time, call.gone);
  const stop = box.tap(device, bytes =>
    feed.push({ atMs: Math.round(box.time.mono() - began), bytes: Buffer.from(bytes).toString('base64') }),
  );
  if (stop === null) {
    const names = box.ports().map(port => port.device);
    throw new Fault('no-such-port', `there is no ${device}`, `There are: ${names.join(', ')}.`);
  }
  box.log.warn({ device, who: call.who, why }, 'raw bytes of a port are being recorded');
  try {
    await obeyed(call, box, { verb: 'access', what: 'serial-record', device });
    await call.item({ recording: device });
    for (let next = await feed.next(until); next !== null; next = await feed.next(until))
      await call.item(next);
    return null;
  } finally {
    stop();
  }
});

export const liveOperations: readonly (readonly [string, Operation])[] = [
  ['watch', watch],
  ['keys.learn', learn],
  ['test.lock', testLock],
  ['test.door', testDoor],
  ['test.keypad', testPort(box => [box.site.keypad])],
  ['test.reader', testPort(box => box.site.readers)],
  ['serial.record', record],
];
