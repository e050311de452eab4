/** What begins a fault of a box, and what ends it (rules.md 15, 16). */
import type { EventType } from '../../../src/wire/journal.ts';

export interface Said {
  readonly type: EventType;
  readonly slot?: number;
  readonly [more: string]: unknown;
}

export interface FaultRow {
  readonly what: string;
  readonly begins: readonly Said[];
  readonly is: string;
  /** Each alone ends it. */
  readonly ends: readonly Said[];
  /** None of these does. */
  readonly stays: readonly Said[];
}

export const faultRows: readonly FaultRow[] = [
  {
    what: 'a jammed lock, until it is restored or its door has opened',
    begins: [{ type: 'jammed', slot: 3 }],
    is: 'jammed/slot/3',
    ends: [
      { type: 'slot-restored', slot: 3 },
      { type: 'slot-restored', slot: 3, reason: 'opened' },
      { type: 'door-opened', slot: 3 },
    ],
    stays: [
      { type: 'slot-restored', slot: 2 },
      { type: 'slot-restored', slot: 3, reason: 'sensed' },
      { type: 'booted', reason: 'restart' },
      { type: 'granted', slot: 3 },
    ],
  },
  {
    what: 'a suspect sensor, until it is believed again',
    begins: [{ type: 'sensor-suspect', slot: 12, reason: 'flapping' }],
    is: 'sensor-suspect/slot/12',
    ends: [
      { type: 'slot-restored', slot: 12 },
      { type: 'slot-restored', slot: 12, reason: 'sensed' },
    ],
    stays: [
      { type: 'slot-restored', slot: 12, reason: 'opened' },
      { type: 'door-opened', slot: 12 },
      { type: 'booted', reason: 'restart' },
    ],
  },
  {
    what: 'a forced door, until it is shut',
    begins: [{ type: 'door-forced', slot: 1, key: 'Van 1' }],
    is: 'door-forced/slot/1',
    ends: [
      { type: 'door-shut', slot: 1 },
      { type: 'door-closed', slot: 1 },
      { type: 'booted', reason: 'restart' },
    ],
    stays: [
      { type: 'door-shut', slot: 2 },
      { type: 'door-opened', slot: 1 },
    ],
  },
  {
    what: 'a held door, until it is shut',
    begins: [{ type: 'door-held', slot: 1 }],
    is: 'door-held/slot/1',
    ends: [
      { type: 'door-shut', slot: 1 },
      { type: 'door-closed', slot: 1 },
    ],
    stays: [{ type: 'door-closed', slot: 4 }],
  },
  {
    what: 'tampering, which nothing but somebody who has looked ends',
    begins: [{ type: 'tamper' }],
    is: 'tamper',
    ends: [],
    stays: [
      { type: 'booted', reason: 'restart' },
      { type: 'power-good' },
      { type: 'slot-restored', slot: 1 },
    ],
  },
  {
    what: 'a lost reader, by its name',
    begins: [{ type: 'reader-lost', device: 'front' }],
    is: 'reader-lost/device/front',
    ends: [
      { type: 'reader-back', device: 'front' },
      { type: 'booted', reason: 'restart' },
    ],
    stays: [{ type: 'reader-back', device: 'keypad' }, { type: 'reader-back' }],
  },
  {
    what: 'low power',
    begins: [{ type: 'power-low' }],
    is: 'power-low',
    ends: [{ type: 'power-good' }, { type: 'booted', reason: 'restart' }],
    stays: [{ type: 'storage-good' }],
  },
  {
    what: 'a wrong clock, until any word comes by a right one',
    begins: [{ type: 'clock-untrusted', clock: 'behind' }],
    is: 'clock-untrusted',
    ends: [
      { type: 'clock-good', clock: 'synced' },
      { type: 'granted', clock: 'plausible' },
      { type: 'booted', clock: 'synced' },
    ],
    stays: [
      { type: 'granted', clock: 'behind' },
      { type: 'key-taken', clock: 'ahead' },
      { type: 'booted', clock: 'behind', reason: 'restart' },
    ],
  },
  {
    what: 'a disk that refuses',
    begins: [{ type: 'storage-degraded', reason: 'ENOSPC' }],
    is: 'storage-degraded',
    ends: [{ type: 'storage-good' }, { type: 'booted', reason: 'restart' }],
    stays: [{ type: 'key-returned', late: true, slot: 1, key: 'Van 1' }],
  },
  {
    what: 'a database that was lost, though all is well from then on',
    begins: [
      { type: 'booted', reason: 'restart' },
      { type: 'storage-degraded', reason: 'database-lost' },
      { type: 'storage-good', reason: 'database-replaced' },
    ],
    is: 'storage-degraded/database',
    ends: [],
    stays: [{ type: 'booted', reason: 'restart' }, { type: 'storage-good' }],
  },
  {
    what: 'a secret of the box that was lost and made anew',
    begins: [
      { type: 'storage-degraded', reason: 'signing-key-lost' },
      { type: 'storage-good', reason: 'signing-key-replaced' },
    ],
    is: 'storage-degraded/database',
    ends: [],
    stays: [{ type: 'booted', reason: 'restart' }, { type: 'storage-good' }],
  },
  {
    what: 'a box without an empty slot',
    begins: [{ type: 'box-full', key: 'Van 1' }],
    is: 'box-full',
    ends: [
      { type: 'key-taken', slot: 2, key: 'Van 2' },
      { type: 'key-returned', slot: 1, key: 'Van 1' },
      { type: 'technician', what: 'correct-empty', slot: 4 },
    ],
    stays: [{ type: 'technician', what: 'open', slot: 4 }],
  },
  {
    what: 'a key that is gone, until somebody has it or a slot',
    begins: [{ type: 'custody-mismatch', slot: 2, key: 'Van 2', reason: 'gone' }],
    is: 'key-missing/key/Van 2',
    ends: [
      { type: 'key-returned', slot: 5, key: 'Van 2' },
      { type: 'key-taken', slot: 2, key: 'Van 2' },
      { type: 'technician', what: 'correct-holds', slot: 2, key: 'Van 2' },
    ],
    stays: [
      { type: 'key-returned', slot: 2, key: 'Van 3' },
      { type: 'booted', reason: 'restart' },
    ],
  },
  {
    what: 'a key that was driven out of the books by another',
    begins: [{ type: 'custody-mismatch', slot: 2, key: 'Van 2' }],
    is: 'key-missing/key/Van 2',
    ends: [{ type: 'key-returned', slot: 5, key: 'Van 2' }],
    stays: [{ type: 'door-closed', slot: 2 }],
  },
  {
    what: 'something that nobody brought, until the slot is explained',
    begins: [{ type: 'custody-mismatch', slot: 4, reason: 'unexpected' }],
    is: 'custody-mismatch/slot/4',
    ends: [
      { type: 'key-returned', slot: 4, key: 'Van 4' },
      { type: 'custody-mismatch', slot: 4, reason: 'gone' },
      { type: 'technician', what: 'correct-empty', slot: 4 },
    ],
    stays: [{ type: 'key-returned', slot: 5, key: 'Van 5' }],
  },
  {
    what: 'a slot that a driver found empty, until its key is back',
    begins: [{ type: 'custody-mismatch', slot: 4, key: 'Van 4', reason: 'found-empty' }],
    is: 'custody-mismatch/key/Van 4',
    ends: [{ type: 'key-returned', slot: 4, key: 'Van 4' }],
    stays: [{ type: 'door-closed', slot: 4 }],
  },
  {
    what: 'a late key of a booking that only the box knows',
    begins: [{ type: 'overdue', key: 'Van 4' }],
    is: 'overdue/key/Van 4',
    ends: [
      { type: 'key-returned', slot: 4, key: 'Van 4' },
      { type: 'key-transferred', slot: 4, key: 'Van 4' },
    ],
    stays: [{ type: 'due-soon', key: 'Van 4' }],
  },
  {
    what: 'guessing, which fades',
    begins: [{ type: 'lockout' }],
    is: 'lockout',
    ends: [],
    stays: [
      { type: 'booted', reason: 'restart' },
      { type: 'granted', for: 'take', by: 'code' },
    ],
  },
  {
    what: 'a box that ended without order, which fades',
    begins: [{ type: 'booted', reason: 'crash' }],
    is: 'box-restarted',
    ends: [],
    stays: [{ type: 'booted', reason: 'restart' }],
  },
  {
    what: 'words that are not the relay’s, which fade',
    begins: [{ type: 'message-rejected', reason: 'bad-signature' }],
    is: 'message-rejected/down',
    ends: [],
    stays: [{ type: 'bookings-changed' }],
  },
];
