import type { WallMs } from '../../base/brand.ts';
import { instantText } from '../../base/instant.ts';
import type {
  AuditReport,
  BookingReport,
  BookingState,
  KeyReport,
  SlotFault,
  SlotReport,
} from '../../wire/report.ts';
import { keyIn } from '../core/draft.ts';
import type { BoxState, Key, Slot } from '../core/model.ts';
import type { BookingView } from '../ports.ts';

const faultsOf = (slot: Slot): readonly SlotFault[] => [
  ...(slot.jammed ? (['jammed'] as const) : []),
  ...(slot.doorSuspect ? (['sensor-suspect'] as const) : []),
  ...(slot.lineFaulted ? (['line'] as const) : []),
  ...(slot.maintenance ? (['maintenance'] as const) : []),
  ...(slot.forced ? (['door-forced'] as const) : []),
  ...(slot.heldReported && !slot.forced ? (['door-held'] as const) : []),
];

function openingOf({ opening }: Slot): SlotReport['opening'] {
  if (opening === null) return null;
  const { phase, key, booking, who } = opening;
  return { for: opening.for, phase, key, booking, who };
}

export const slotReport = (state: BoxState, slot: Slot): SlotReport => ({
  slot: slot.id,
  door: slot.door,
  presence: slot.presence,
  key: keyIn(state, slot.id)?.name ?? null,
  home: state.keys.filter(key => key.home === slot.id).map(key => key.name),
  opening: openingOf(slot),
  faults: faultsOf(slot),
});

const nowhere = { at: null, since: null, booking: null, who: null, proof: null };

function whereabouts({ place }: Key): Pick<KeyReport, 'at' | 'since' | 'booking' | 'who' | 'proof'> {
  if (place.at === 'slot') return { ...nowhere, at: place.slot, proof: place.proof };
  if (place.at === 'missing') return { ...nowhere, at: place.from };
  if (place.at === 'never-stocked') return nowhere;
  const { booking, who } = place.holder;
  return { at: null, since: instantText(place.since), booking, who, proof: place.proof };
}

export const keyReport = (key: Key): KeyReport => ({
  key: key.name,
  slot: key.home,
  tagged: key.tagged,
  place: key.place.at,
  ...whereabouts(key),
});

function stateOf(view: BookingView, now: WallMs): BookingState {
  const { use, end } = view;
  if (use?.life === 'out' || use?.life === 'granted') return use.life;
  if (view.cancelled) return 'cancelled';
  if (use?.codeUsed === true && view.by.every(each => each === 'code')) return 'used';
  if (end !== null && now >= end) return 'ended';
  return view.voided && view.by.includes('code') ? 'void' : 'fresh';
}

export const bookingReport = (view: BookingView, now: WallMs): BookingReport => ({
  id: view.id,
  key: view.key,
  start: instantText(view.start),
  end: view.end === null ? null : instantText(view.end),
  by: view.by,
  reuse: view.reuse,
  driver: view.driver,
  origin: view.origin,
  state: stateOf(view, now),
});

/** A slot's books against its sensor: what a technician walks the cabinet with. */
export function auditReport(state: BoxState, slot: Slot): AuditReport {
  const expected = keyIn(state, slot.id)?.name ?? null;
  return {
    slot: slot.id,
    expected,
    sensed: slot.presence,
    verdict: auditResult(slot, expected),
    missing: state.keys
      .filter(key => key.place.at === 'missing' && key.place.from === slot.id)
      .map(key => key.name),
  };
}

function auditResult(slot: Slot, expected: string | null): AuditReport['verdict'] {
  if (slot.door === 'open') return 'door-open';
  if (slot.presence === 'none') return 'not-sensed';
  return (slot.presence === 'present') === (expected !== null) ? 'agrees' : 'differs';
}
