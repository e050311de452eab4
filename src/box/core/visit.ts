import type { By, DenialReason } from '../../wire/journal.ts';
import { transfer } from './custody.ts';
import { handoverSlot, judgeTake, slotForReturn, useNow } from './decide.ts';
import type { Candidate, Key, Slot, Use } from './model.ts';
import { announce, grant, notOpened, triesSpent } from './opening.ts';
import { remind } from './sensors.ts';
import { journal, keyOf, setUse, show, signal, slotOf, type Turn } from './turn.ts';

const freshUse = (candidate: Candidate): Use => ({
  booking: candidate.booking,
  life: 'fresh',
  key: candidate.key,
  pulses: 0,
  openings: 0,
  codeUsed: false,
  reuse: candidate.reuse,
  who: candidate.driver,
  end: candidate.end,
  dueSoonSaid: false,
  overdueSaid: false,
});

/** Burns the booking's right and opens the slot of its key; judged anew, since a list may have stood for 30 s. */
export function openTake(
  turn: Turn,
  candidate: Candidate,
  by: By,
  refuse: (reason: DenialReason) => void,
): void {
  const verdict = judgeTake(turn.state, candidate, by);
  const use = {
    ...(useNow(turn.state, candidate) ?? freshUse(candidate)),
    end: candidate.end,
    reuse: candidate.reuse,
  };
  if (!verdict.ok) {
    const at = handoverSlot(turn.state, candidate, by);
    if (at === null) refuse(verdict.reason);
    else transfer(turn, at, { use, by });
    return;
  }
  const slot = slotOf(turn.state, verdict.slot);
  if (alreadyOpen(slot, candidate)) {
    remind(turn, slot);
    return;
  }
  const pulses = use.life === 'granted' ? use.pulses + 1 : 1;
  setUse(turn, { ...use, life: 'granted', pulses });
  grant(turn, slot.id, {
    for: 'take',
    booking: candidate.booking,
    key: candidate.key,
    who: candidate.driver,
    by,
  });
  announce(turn, slot.id, { for: 'take', key: candidate.key });
}

/** The lock of this very grant is still to be powered, or its door stands open: nothing to do but say so. */
const alreadyOpen = (slot: Slot, candidate: Candidate): boolean =>
  slot.opening !== null &&
  slot.opening.for === 'take' &&
  slot.opening.booking === candidate.booking &&
  slot.opening.phase !== 'pulsed';

/** Opens a slot for a key that this booking's driver has (rules.md 8). */
export function openReturn(turn: Turn, candidate: Candidate, by: By): void {
  const key = keyOf(turn.state, candidate.key);
  if (key !== null) bring(turn, key, { booking: candidate.booking, who: candidate.driver, by });
}

/** What is known of whoever stands there with a key. */
export interface Carrier {
  readonly booking: Candidate['booking'] | null;
  readonly who: Candidate['driver'];
  readonly by: By;
}

export function bring(turn: Turn, key: Key, carrier: Carrier): void {
  let under = turn.state.slots.find(slot => slot.opening?.for === 'return' && slot.opening.key === key.name);
  if (under?.opening != null && under.opening.phase !== 'pulsed') {
    remind(turn, under);
    return;
  }
  if (under !== undefined && triesSpent(under)) {
    notOpened(turn, under.id);
    under = undefined;
  }
  const slot = under?.id ?? slotForReturn(turn.state, key);
  if (slot === null) {
    journal(turn, {
      type: 'box-full',
      key: key.name,
      booking: carrier.booking,
      who: carrier.who,
      by: carrier.by,
    });
    show(turn, { text: 'box-full' });
    signal(turn, 'attention');
    return;
  }
  const tagSeen = carrier.by === 'tag' || under?.opening?.tagSeen === true;
  grant(turn, slot, { for: 'return', key: key.name, ...carrier, tagSeen });
  announce(turn, slot, { for: 'return', key: key.name });
}
