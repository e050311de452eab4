/** What each operation of the control socket is asked with in tests that put something else into each of it. */
import type { Json } from '../../../src/base/canonical.ts';

/** Arguments with which each operation gets as far as it can; `null` where it takes none. */
export const goodArgs: Readonly<Record<string, Readonly<Record<string, Json>> | null>> = {
  'bookings.import': null,
  'bookings.add': null,
  'bookings.cancel': { id: 'b1' },
  'keys.import': null,
  'keys.add': null,
  open: { slot: 1 },
  'open-all': null,
  lockdown: { on: true, until: '2030-01-01T00:00:00Z', forMs: 5_000 },
  'clock.set': { time: '2030-01-01T00:00:00Z', force: true },
  maintenance: { slot: 1, on: true },
  'audit.fix': { slot: 1, key: 'slot-1', empty: false },
  'events.list': { last: 5, since: '2026-01-01T00:00:00Z', until: '2030-01-01T00:00:00Z' },
  'events.export': { since: '2026-01-01T00:00:00Z', until: '2030-01-01T00:00:00Z' },
  watch: null,
  'keys.learn': { slot: 1, key: 'slot-1', forMs: 100 },
  'test.lock': { slot: 1 },
  'test.door': { slot: 1, forMs: 100 },
  'test.keypad': { device: 'keypad', forMs: 100 },
  'test.reader': { device: 'front', forMs: 100 },
  'serial.record': { device: 'front', forMs: 100 },
  enroll: { relay: 'https://a.example', claim: 'x', plain: false },
  unenroll: null,
  status: null,
  slots: null,
  'keys.list': null,
  audit: null,
  ports: null,
  'bookings.list': null,
  doctor: null,
  backup: null,
};

const now = Date.now();
const at = (hours: number): string => new Date(now + hours * 3_600_000).toISOString();
/** Every member that a row may have. */
export const rowsOf: Readonly<Record<string, readonly Readonly<Record<string, Json>>[]>> = {
  bookings: [
    {
      ...{ id: 'b-1', code: '70935824', slot: 1, start: at(-1), end: at(2), driver: 'Jan', reuse: true },
      ...{ phone: '0612345678', pin: '8254', badge: '0A1B2C3D4E' },
    },
    { code: '70935825', key: 'slot-2', start: at(-1), end: at(2) },
  ],
  keys: [{ name: 'Van 1', slot: 1, tag: '0a1b2c3d4f' }],
};
