import type { SlotId } from '../../base/brand.ts';
import { type Draft, journal, nowOf, patch, setSlot, signal, slotOf } from './draft.ts';
import { isCounted, mayTell } from './flapping.ts';
import type { Input } from './input.ts';
import { type BoxState, type Health, limits, type SaidAlarms } from './model.ts';

const setHealth = (draft: Draft, change: Partial<Health>): void =>
  patch(draft, { health: { ...draft.state.health, ...change } });

/** A keypad, reader or display went away or came back: each takes only itself out of service (rules.md 15). */
export function portChanged(draft: Draft, device: string, up: boolean): void {
  const { lost } = draft.state.health;
  if (lost.includes(device) === !up) return;
  setHealth(draft, { lost: up ? lost.filter(each => each !== device) : [...lost, device].sort() });
  if (mayTell(draft, { of: 'port', device })) sayPort(draft, device);
}

interface Remark {
  readonly count?: number;
  readonly reason?: string;
}

/** How the port is now: the last word of it is remembered, and not what it does while it is only counted. */
export function sayPort(draft: Draft, device: string, remark: Remark = {}): void {
  const { health, said } = draft.state;
  const isLost = health.lost.includes(device);
  const others = said.lost.filter(each => each !== device);
  patch(draft, { said: { ...said, lost: isLost ? [...others, device].sort() : others } });
  journal(draft, { type: isLost ? 'reader-lost' : 'reader-back', device, ...remark });
}

export function sayPower(draft: Draft, remark: Remark = {}): void {
  const { powerLow } = draft.state.health;
  patch(draft, { said: { ...draft.state.said, powerLow } });
  journal(draft, { type: powerLow ? 'power-low' : 'power-good', ...remark });
}

export function alarmChanged(draft: Draft, line: 'tamper' | 'power-low', active: boolean): void {
  const { health } = draft.state;
  if (line === 'tamper') {
    if (health.tamper === active) return;
    setHealth(draft, { tamper: active });
    // Its end is no alarm: somebody has closed the lid.
    if (!active || !mayTell(draft, { of: 'tamper' })) return;
    journal(draft, { type: 'tamper' });
    signal(draft, 'alarm');
  } else if (health.powerLow !== active) {
    setHealth(draft, { powerLow: active });
    if (mayTell(draft, { of: 'power-low' })) sayPower(draft);
  }
}

/** Finds what was said and is over, unless it is counted: its count tells that. */
const over = (state: BoxState): Pick<SaidAlarms, 'powerLow' | 'lost'> => ({
  powerLow: state.said.powerLow && !state.health.powerLow && !isCounted(state, { of: 'power-low' }),
  lost: state.said.lost.filter(
    device => !state.health.lost.includes(device) && !isCounted(state, { of: 'port', device }),
  ),
});

/** When what an earlier run has said is taken back, unless it was said anew; null: there is nothing. */
export function takeBackAt(state: BoxState): number | null {
  const { powerLow, lost } = over(state);
  return powerLow || lost.length > 0 ? state.bootedAt + limits.alarmsAnewMs : null;
}

/** An alarm that was reported is taken back, although it ended while the box was off. */
export function takeBack(draft: Draft): void {
  const at = takeBackAt(draft.state);
  if (at === null || nowOf(draft) < at) return;
  const { powerLow, lost } = over(draft.state);
  for (const device of lost) sayPort(draft, device, { reason: 'restart' });
  if (powerLow) sayPower(draft, { reason: 'restart' });
}

/** Commits fail, or work again (rules.md 13). */
export function storageChanged(
  draft: Draft,
  { storage, reason, dropped }: Extract<Input, { readonly type: 'storage-changed' }>,
): void {
  if (draft.state.health.storage === storage) return;
  setHealth(draft, { storage });
  // How many events of the outage nobody will read anywhere but on stderr.
  const count = storage === 'good' ? (dropped ?? null) : null;
  const tells = mayTell(draft, { of: 'storage' });
  if (tells || (count ?? 0) > 0) sayStorage(draft, reason, count);
}

export function sayStorage(draft: Draft, reason: string, count: number | null = null): void {
  const { storage } = draft.state.health;
  journal(draft, { type: storage === 'good' ? 'storage-good' : 'storage-degraded', reason, count });
}

/** Reason of a `storage-degraded` for want of reading, not of room. */
export const unreadable = 'unreadable';

/** The file is damaged: nothing is handed out on its word; what comes back is taken in. */
export function databaseSuspect(draft: Draft, reason: string): void {
  if (draft.state.health.databaseSuspect) return;
  setHealth(draft, { databaseSuspect: true });
  if (mayTell(draft, { of: 'storage' })) journal(draft, { type: 'storage-degraded', reason });
}

/** A sensor line of this slot cannot be read. */
export function lineFaulted(draft: Draft, slot: SlotId, reason: string): void {
  if (slotOf(draft.state, slot).lineFaulted) return;
  setSlot(draft, slot, { lineFaulted: true });
  if (mayTell(draft, { of: 'start', slot })) journal(draft, { type: 'sensor-suspect', slot, reason });
}
