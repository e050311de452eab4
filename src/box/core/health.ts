import type { SlotId } from '../../base/brand.ts';
import type { Health } from './model.ts';
import { journal, patch, setSlot, signal, slotOf, type Turn } from './turn.ts';

const setHealth = (turn: Turn, change: Partial<Health>): void =>
  patch(turn, { health: { ...turn.state.health, ...change } });

/** A keypad, reader or display went away or came back: each takes only itself out of service (rules.md 15). */
export function portChanged(turn: Turn, device: string, up: boolean): void {
  const { lost } = turn.state.health;
  if (lost.includes(device) === !up) return;
  setHealth(turn, { lost: up ? lost.filter(each => each !== device) : [...lost, device].sort() });
  journal(turn, { type: up ? 'reader-back' : 'reader-lost', device });
}

export function alarmChanged(turn: Turn, line: 'tamper' | 'power-low', active: boolean): void {
  const { health } = turn.state;
  if (line === 'tamper') {
    if (health.tamper === active) return;
    setHealth(turn, { tamper: active });
    // Its end is no alarm: somebody has closed the lid.
    if (active) journal(turn, { type: 'tamper' });
    if (active) signal(turn, 'alarm');
  } else if (health.powerLow !== active) {
    setHealth(turn, { powerLow: active });
    journal(turn, { type: active ? 'power-low' : 'power-good' });
  }
}

/** Commits fail, or work again (rules.md 13). */
export function storageChanged(turn: Turn, storage: Health['storage'], reason: string): void {
  if (turn.state.health.storage === storage) return;
  setHealth(turn, { storage });
  journal(turn, { type: storage === 'good' ? 'storage-good' : 'storage-degraded', reason });
}

/** The file is damaged: nothing is handed out on its word; what comes back is taken in. */
export function databaseSuspect(turn: Turn, reason: string): void {
  if (turn.state.health.databaseSuspect) return;
  setHealth(turn, { databaseSuspect: true });
  journal(turn, { type: 'storage-degraded', reason });
}

/** A sensor line of this slot cannot be read. */
export function lineFaulted(turn: Turn, slot: SlotId, reason: string): void {
  if (slotOf(turn.state, slot).lineFaulted) return;
  setSlot(turn, slot, { lineFaulted: true });
  journal(turn, { type: 'sensor-suspect', slot, reason });
}
