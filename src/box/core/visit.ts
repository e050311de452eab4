import type { By, DenialReason } from '../../wire/journal.ts';
import { transfer } from './custody.ts';
import { handoverSlot, judgeTake, slotForReturn, useNow } from './decide.ts';
import { remind } from './door-deadlines.ts';
import { type Draft, journal, keyOf, setUse, show, signal, slotOf } from './draft.ts';
import { announce, grant } from './grant.ts';
import type { Candidate, Key, Slot, Use } from './model.ts';
import { notOpened, triesSpent } from './opening.ts';

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
  draft: Draft,
  candidate: Candidate,
  by: By,
  refuse: (reason: DenialReason) => void,
): void {
  const decision = judgeTake(draft.state, candidate, by);
  const use = {
    ...(useNow(draft.state, candidate) ?? freshUse(candidate)),
    end: candidate.end,
    reuse: candidate.reuse,
  };
  if (!decision.ok) {
    const at = handoverSlot(draft.state, candidate, by);
    if (at === null) refuse(decision.reason);
    else transfer(draft, at, { use, by });
    return;
  }
  const slot = slotOf(draft.state, decision.slot);
  if (alreadyOpen(slot, candidate)) {
    remind(draft, slot);
    return;
  }
  const pulses = use.life === 'granted' ? use.pulses + 1 : 1;
  setUse(draft, { ...use, life: 'granted', pulses });
  grant(draft, slot.id, {
    for: 'take',
    booking: candidate.booking,
    key: candidate.key,
    who: candidate.driver,
    by,
  });
  announce(draft, slot.id, { for: 'take', key: candidate.key });
}

/** The lock of this very grant is still to be powered, or its door stands open: nothing to do but say so. */
const alreadyOpen = (slot: Slot, candidate: Candidate): boolean =>
  slot.opening !== null &&
  slot.opening.for === 'take' &&
  slot.opening.booking === candidate.booking &&
  slot.opening.phase !== 'pulsed';

/** Opens a slot for a key that this booking's driver has (rules.md 8). */
export function openReturn(draft: Draft, candidate: Candidate, by: By): void {
  const key = keyOf(draft.state, candidate.key);
  if (key === null) return;
  // After a damaged file: that it comes back by this code proves that it went by it.
  const unknown = useNow(draft.state, candidate) === null;
  const brings = unknown && by === 'code' ? { brings: { ...freshUse(candidate), life: 'out' as const } } : {};
  bring(draft, key, { booking: candidate.booking, who: candidate.driver, by, ...brings });
}

/** The person who stands there with a key, as far as the box knows them. */
interface Carrier {
  readonly booking: Candidate['booking'] | null;
  readonly who: Candidate['driver'];
  readonly by: By;
  readonly brings?: Use;
}

export function bring(draft: Draft, key: Key, carrier: Carrier): void {
  let under = draft.state.slots.find(slot => slot.opening?.for === 'return' && slot.opening.key === key.name);
  if (under?.opening != null && under.opening.phase !== 'pulsed') {
    remind(draft, under);
    return;
  }
  if (under !== undefined && triesSpent(under)) {
    notOpened(draft, under.id);
    under = undefined;
  }
  const slot = under?.id ?? slotForReturn(draft.state, key);
  if (slot === null) {
    journal(draft, {
      type: 'box-full',
      key: key.name,
      booking: carrier.booking,
      who: carrier.who,
      by: carrier.by,
    });
    show(draft, { text: 'box-full' });
    signal(draft, 'attention');
    return;
  }
  const tagSeen = carrier.by === 'tag' || under?.opening?.tagSeen === true;
  grant(draft, slot, { for: 'return', key: key.name, ...carrier, tagSeen });
  announce(draft, slot, { for: 'return', key: key.name });
}
