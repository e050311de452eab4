import { after, type Millis, millis, type SlotId } from '../../base/brand.ts';
import { enqueue, inMs } from './custody.ts';
import { slotForReturn } from './decide.ts';
import {
  type Draft,
  journal,
  keyOf,
  nowOf,
  patch,
  setSlot,
  setUse,
  show,
  signal,
  slotOf,
  useOf,
} from './draft.ts';
import { type BoxState, limits, type Opening } from './model.ts';
import { doorOpened, forgetPulses, isTry } from './opening.ts';
import type { Said } from './screen.ts';

/** The members of an opening that its grant decides; the rest follows from them. */
type Grant = Pick<Opening, 'for' | 'booking' | 'key' | 'who' | 'by'> &
  Partial<Pick<Opening, 'tagSeen' | 'learning' | 'brings'>>;

/** Writes the grant and lets the lock follow, after the one that is powered now (rules.md 3, 4, 14). */
export function grant(draft: Draft, slot: SlotId, what: Grant): void {
  const { key, booking, who, by } = what;
  journal(draft, { type: 'granted', for: what.for, slot, key, booking, who, by });
  const opening: Opening = {
    ...what,
    phase: 'queued',
    tagSeen: what.tagSeen ?? false,
    learning: what.learning ?? false,
    moved: false,
    unconfirmed: false,
    transferredTo: null,
    grantedAt: nowOf(draft),
    until: inMs(draft, draft.state.rules.openWithinMs + queueMs(draft.state)),
  };
  const { opening: before, door, misses } = slotOf(draft.state, slot);
  // The pulse before this one did not open the door, or nobody would ask again (rules.md 15).
  const missed = before?.phase === 'pulsed' && !before.unconfirmed && door === 'shut' && isTry(draft, before);
  setSlot(draft, slot, { opening, lastClosed: null, lastTake: null, misses: missed ? misses + 1 : misses });
  enqueue(draft, slot);
  powerNext(draft);
  signal(draft, 'granted');
}

/**
 * Somebody who was called opens the door of a visit once more: whoever stands there is the driver, so that the visit stays
 * theirs, and what leaves or comes is recorded as theirs. Of a door that is open the lock is pulsed all the same: its sensor may
 * be wrong.
 */
export function pulseAgain(draft: Draft, slot: SlotId, asked: Pick<Opening, 'for' | 'who' | 'by'>): void {
  const { opening, door, misses } = slotOf(draft.state, slot);
  if (opening === null) return;
  const { key } = opening;
  journal(draft, { type: 'granted', for: asked.for, slot, key, who: asked.who, by: asked.by });
  const missed = opening.phase === 'pulsed' && !opening.unconfirmed && door === 'shut';
  const until = inMs(draft, draft.state.rules.openWithinMs + queueMs(draft.state));
  const phase = opening.phase === 'open' ? 'open' : 'queued';
  setSlot(draft, slot, {
    opening: { ...opening, phase, unconfirmed: false, until },
    misses: missed ? misses + 1 : misses,
  });
  enqueue(draft, slot);
  powerNext(draft);
  announce(draft, slot, opening);
  signal(draft, 'granted');
}

/** How long the pulses take that come before one more: waiting for them makes no grant too old. */
const queueMs = ({ queue, powered, slots }: BoxState): number =>
  slots
    .filter(({ id }) => queue.includes(id) || powered?.slot === id)
    .reduce((sum, { pulseMs }) => sum + pulseMs + limits.pulseSilenceMs, 0);

/** Powers the first lock in the queue, if none is powered (rules.md 14). */
export function powerNext(draft: Draft): void {
  const [slot, ...rest] = draft.state.queue;
  if (slot === undefined || draft.state.powered !== null) return;
  const { pulseMs, opening } = slotOf(draft.state, slot);
  patch(draft, { queue: rest });
  if (opening === null || nowOf(draft) > opening.until) {
    if (opening !== null) notPulsed(draft, slot, 'too-late');
    powerNext(draft);
    return;
  }
  // Counted anew from its begin, which may wait for a slow disk, or for the process that watches over it.
  const silentUntil = after(opening.until, millis(pulseMs + limits.pulseSilenceMs));
  patch(draft, { powered: { slot, until: silentUntil } });
  // A door that is open already has told that it opened.
  if (opening.phase !== 'open') setSlot(draft, slot, { opening: { ...opening, phase: 'pulsing' } });
  draft.effects.push({ type: 'pulse-lock', slot, ms: pulseMs, until: opening.until });
  const shown = draft.state.shown?.screen;
  if (shown?.text === 'soon' && shown.slot === slot) announce(draft, slot, opening);
}

/** Tells the driver which door to go to, or that its turn comes. */
export function announce(draft: Draft, slot: SlotId, what: Pick<Opening, 'for' | 'key'>): void {
  const visit = what.for === 'take' || what.for === 'return';
  const go: Said =
    visit && what.key !== null ? { text: what.for, slot, key: what.key } : { text: 'open', slot };
  const powered = draft.state.powered?.slot === slot;
  show(draft, powered ? go : { text: 'soon', slot }, draft.state.rules.openWithinMs);
}

export function pulseBegun(draft: Draft, slot: SlotId, ms: Millis): void {
  const { opening } = slotOf(draft.state, slot);
  if (draft.state.powered?.slot !== slot) return;
  patch(draft, { powered: { slot, until: inMs(draft, ms + limits.pulseSilenceMs) } });
  if (opening === null) return;
  // A grant that took the place of the one being pulsed has its own pulse to come.
  const { key, booking } = opening.phase === 'queued' ? { key: null, booking: null } : opening;
  journal(draft, { type: 'pulsed', slot, key, booking, ms });
  setSlot(draft, slot, { opening: { ...opening, until: inMs(draft, draft.state.rules.openWithinMs) } });
}

export function pulseEnded(draft: Draft, slot: SlotId): void {
  if (draft.state.powered?.slot !== slot) return;
  patch(draft, { powered: null });
  const { opening, door } = slotOf(draft.state, slot);
  if (opening?.phase === 'pulsing') {
    setSlot(draft, slot, { opening: { ...opening, phase: 'pulsed' } });
    // The door stood open already: no change will ever tell that it opened.
    if (door === 'open') doorOpened(draft, slot);
  }
  powerNext(draft);
}

/** The line could not be driven: this slot is out, and a driver who brings a key is led to another (rules.md 15). */
export function pulseFailed(draft: Draft, slot: SlotId, reason: string): void {
  if (draft.state.powered?.slot !== slot) return;
  const { opening } = slotOf(draft.state, slot);
  patch(draft, { powered: null });
  // Whoever has the door open goes on: only the pulse that somebody else asked for has failed.
  const goesOn = opening?.phase === 'open';
  if (opening !== null && !goesOn) forgetPulses(draft, opening);
  setSlot(draft, slot, { lineFaulted: true, jammed: true, opening: goesOn ? opening : null });
  journal(draft, { type: 'jammed', slot, key: opening?.key, reason });
  show(draft, { text: 'jammed', slot });
  signal(draft, 'attention');
  if (opening?.for === 'return' && !goesOn) rehouse(draft, opening);
  powerNext(draft);
}

/** Nothing was powered, and the lock is not to blame: the grant lapses, no try is spent, the slot is as good as before. */
export function pulseMissed(draft: Draft, slot: SlotId, reason: string): void {
  if (draft.state.powered?.slot !== slot) return;
  patch(draft, { powered: null });
  // A grant that took the place of this one has its own pulse to come.
  if (slotOf(draft.state, slot).opening?.phase === 'pulsing') notPulsed(draft, slot, reason);
  powerNext(draft);
}

function notPulsed(draft: Draft, id: SlotId, reason: string): void {
  const { opening, misses } = slotOf(draft.state, id);
  if (opening === null) return;
  const { key, booking, who, by } = opening;
  journal(draft, { type: 'not-opened', slot: id, key, booking, who, by, reason });
  const use = useOf(draft.state, booking);
  if (opening.for === 'take' && use !== null) setUse(draft, { ...use, pulses: Math.max(use.pulses - 1, 0) });
  setSlot(draft, id, { opening: null });
  show(draft, { text: 'not-opened', slot: id, triesLeft: limits.pulsesUnopened - misses });
  signal(draft, 'attention');
}

/** A return that could not go where it should is granted again elsewhere. */
function rehouse(draft: Draft, opening: Opening): void {
  const key = keyOf(draft.state, opening.key);
  const other = key === null ? null : slotForReturn(draft.state, key);
  if (key === null || other === null) return;
  const { booking, who, by, tagSeen } = opening;
  grant(draft, other, { for: 'return', booking, key: key.name, who, by, tagSeen });
  announce(draft, other, { for: 'return', key: key.name });
}
