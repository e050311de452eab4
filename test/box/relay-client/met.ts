import type { TestContext } from 'node:test';
import { bookingRecord, keyRecord, noon } from '../../../scripts/rig/relay-end.ts';
import { slotId } from '../../../src/base/brand.ts';
import type { CommandMessage } from '../../../src/wire/down.ts';
import { UplinkRig } from './rig.ts';

export const code = '40718253';

/** Connected, and its hello on its way. */
export async function met(t: Pick<TestContext, 'after'>): Promise<UplinkRig> {
  const rig = await UplinkRig.make(t);
  rig.relay.change([keyRecord('van', 1), bookingRecord('b-1', 'van', { code })]);
  await rig.syncs();
  rig.link.connect();
  return rig;
}

/** The same with a clock that somebody vouches for. */
export async function metInTime(t: Pick<TestContext, 'after'>): Promise<UplinkRig> {
  const rig = await met(t);
  rig.loop.report({ type: 'clock-synced', synced: true });
  return rig;
}

/** To open slot 2, unless a test wants something else. */
export const order = (more: Partial<CommandMessage> = {}): CommandMessage => ({
  ...{ kind: 'command', id: 'c-1', notAfter: noon + 60_000, challenge: null, who: 'mira', why: 'help' },
  order: { verb: 'open', slot: slotId(2) },
  ...more,
});
