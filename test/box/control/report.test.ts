import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bookingId, keyName, millis, mono, slotId, wall } from '../../../src/base/brand.ts';
import { hindered, type ReportContext, statusReport } from '../../../src/box/control/report.ts';
import { auditReport, bookingReport, keyReport } from '../../../src/box/control/report-slots.ts';
import type { BoxState, Place, Slot } from '../../../src/box/core/model.ts';
import type { BookingView } from '../../../src/box/ports.ts';
import { FakeBox, rules } from './fake-box.ts';

const around = (box: FakeBox, more: Partial<ReportContext> = {}): ReportContext => ({
  program: '1.2.3',
  site: box.site,
  now: wall(1_800_000_000_000),
  mono: mono(90_000),
  bookings: 12,
  guardHealthy: true,
  publicKey: 'ab',
  relay: box.relay(),
  ...more,
});

const slots = (state: BoxState, id: number, change: Partial<Slot>): Partial<BoxState> => ({
  slots: state.slots.map(slot => (slot.id === id ? { ...slot, ...change } : slot)),
});

const places = (state: BoxState, name: string, place: Place): Partial<BoxState> => ({
  keys: state.keys.map(key => (key.name === name ? { ...key, place } : key)),
});

const out: Place = { at: 'out', holder: { booking: null, who: 'd-1' }, since: wall(0), proof: 'sensor' };

interface Case {
  readonly change: (state: BoxState) => Partial<BoxState>;
  readonly takes: string;
  readonly returns: string;
  readonly codes: readonly string[];
  readonly around?: Partial<ReportContext>;
}

const health = (change: Partial<BoxState['health']>) => (state: BoxState) => ({
  health: { ...state.health, ...change },
});

const cases: { readonly [name: string]: Case } = {
  'all is well': { change: () => ({}), takes: 'all', returns: 'all', codes: [] },
  'the disk refuses': {
    change: health({ storage: 'degraded' }),
    takes: 'none',
    returns: 'all',
    codes: ['storage-degraded'],
  },
  'the database is damaged': {
    change: health({ databaseSuspect: true }),
    takes: 'none',
    returns: 'all',
    codes: ['database-suspect'],
  },
  'the power is low': {
    change: health({ powerLow: true }),
    takes: 'none',
    returns: 'all',
    codes: ['power-low'],
  },
  'the lid is open': { change: health({ tamper: true }), takes: 'all', returns: 'all', codes: ['tamper'] },
  'a reader is away': {
    change: health({ lost: ['front'] }),
    takes: 'all',
    returns: 'all',
    codes: ['reader-lost'],
  },
  'the keypad is away': {
    change: health({ lost: ['keypad'] }),
    takes: 'some',
    returns: 'some',
    codes: ['reader-lost'],
  },
  'keypad and reader are away': {
    change: health({ lost: ['front', 'keypad'] }),
    takes: 'none',
    returns: 'none',
    codes: ['reader-lost', 'reader-lost'],
  },
  'the display is away': {
    change: health({ lost: ['display'] }),
    takes: 'all',
    returns: 'all',
    codes: ['reader-lost'],
  },
  'the guard is away': {
    change: () => ({}),
    around: { guardHealthy: false },
    takes: 'none',
    returns: 'none',
    codes: ['guard-away'],
  },
  'lock-down': {
    change: () => ({ lockdown: { on: true, until: null } }),
    takes: 'none',
    returns: 'all',
    codes: ['lockdown'],
  },
  'the clock is behind': {
    change: state => ({ clock: { ...state.clock, level: 'behind' } }),
    takes: 'some',
    returns: 'all',
    codes: ['clock-untrusted'],
  },
  'a jammed slot with a key': {
    change: state => slots(state, 1, { jammed: true }),
    takes: 'some',
    returns: 'all',
    codes: ['slot-faulted'],
  },
  'a jammed slot without a key': {
    change: state => ({
      ...slots(state, 1, { jammed: true, presence: 'absent' }),
      ...places(state, 'slot-1', { at: 'never-stocked' }),
    }),
    takes: 'all',
    returns: 'all',
    codes: ['slot-faulted'],
  },
  'a suspect door beside a presence sensor': {
    change: state => slots(state, 1, { doorSuspect: true }),
    takes: 'all',
    returns: 'all',
    codes: ['slot-faulted'],
  },
  'a suspect door alone': {
    change: state => slots(state, 1, { doorSuspect: true, presence: 'none' }),
    takes: 'some',
    returns: 'all',
    codes: ['slot-faulted'],
  },
  'a slot under maintenance': {
    change: state => slots(state, 1, { maintenance: true }),
    takes: 'some',
    returns: 'all',
    codes: ['slot-faulted'],
  },
  'a key is out and its slot is free': {
    change: state => ({ ...slots(state, 1, { presence: 'absent' }), ...places(state, 'slot-1', out) }),
    takes: 'all',
    returns: 'all',
    codes: [],
  },
  'a key is out and no slot is free': {
    change: state => places(state, 'slot-1', out),
    takes: 'all',
    returns: 'some',
    codes: ['box-full'],
  },
  'stale bookings': {
    change: state => ({
      rules: { ...rules, maxSyncAgeMs: millis(1_000) },
      sync: { enrolled: true, vouchedAt: wall(state.clock.judged - 2_000) },
    }),
    takes: 'none',
    returns: 'all',
    codes: ['stale'],
  },
};

for (const [name, { change, takes, returns, codes, around: more }] of Object.entries(cases)) {
  test(`status says who can take and return: ${name}`, () => {
    const box = new FakeBox();
    box.become(change(box.state()));
    const report = statusReport(box.state(), around(box, more));
    assert.deepEqual([report.takes, report.returns], [takes, returns]);
    assert.deepEqual(
      [...report.reasons, ...report.remarks].map(each => each.code),
      codes,
    );
    assert.equal(hindered(report), takes !== 'all' || returns !== 'all');
    assert.equal(report.reasons.length > 0, hindered(report));
    for (const { message, hint } of [...report.reasons, ...report.remarks])
      assert.ok(message !== '' && hint !== '');
  });
}

test('status names the box, its keys, its wait and its lock-down', () => {
  const box = new FakeBox();
  box.become({
    attempts: { ...box.state().attempts, wrongs: 5, waitUntil: mono(100_500) },
    lockdown: { on: true, until: wall(1_800_000_060_000) },
  });
  const report = statusReport(box.state(), around(box));
  assert.deepEqual(
    [report.box, report.name, report.program, report.at, report.upS, report.bookings],
    ['test-box', 'Test box', '1.2.3', '2027-01-15T08:00:00.000Z', 90, 12],
  );
  assert.deepEqual(report.keys, { in: 3, out: 0, missing: 0, neverStocked: 0 });
  assert.deepEqual(report.guessing, { wrongs: 5, waitS: 11, phonesLocked: 0 });
  assert.deepEqual(report.lockdown, { on: true, until: '2027-01-15T08:01:00.000Z' });
  assert.deepEqual([report.sync.enrolled, report.sync.ageS, report.sync.link], [false, null, null]);
  assert.deepEqual(
    report.slots.map(slot => [slot.slot, slot.door, slot.presence, slot.key]),
    [
      [1, 'shut', 'present', 'slot-1'],
      [2, 'shut', 'present', 'slot-2'],
      [3, 'shut', 'present', 'slot-3'],
    ],
  );
});

test('a key says where it is, since when and with whom', () => {
  const key = { name: keyName('Van'), home: slotId(2), tagged: true, lastHolder: null };
  assert.deepEqual(keyReport({ ...key, place: out }), {
    key: 'Van',
    slot: 2,
    tagged: true,
    place: 'out',
    at: null,
    since: '1970-01-01T00:00:00.000Z',
    booking: null,
    who: 'd-1',
    proof: 'sensor',
  });
  assert.equal(keyReport({ ...key, place: { at: 'missing', from: slotId(3) } }).at, 3);
  assert.equal(keyReport({ ...key, place: { at: 'never-stocked' } }).place, 'never-stocked');
});

const view: BookingView = {
  id: bookingId('b'),
  key: keyName('Van'),
  start: wall(1_000),
  end: wall(2_000),
  by: ['code'],
  reuse: false,
  driver: null,
  origin: 'import',
  cancelled: false,
  voided: false,
  use: null,
};
const use = {
  booking: view.id,
  life: 'fresh',
  key: view.key,
  pulses: 0,
  openings: 0,
  codeUsed: false,
  reuse: false,
  who: null,
  end: view.end,
  dueSoonSaid: false,
  overdueSaid: false,
} as const;

const states: readonly (readonly [string, BookingView, number])[] = [
  ['fresh', view, 1_500],
  ['ended', view, 2_000],
  ['fresh', { ...view, end: null }, 9_000],
  ['cancelled', { ...view, cancelled: true }, 1_500],
  ['void', { ...view, voided: true }, 1_500],
  ['fresh', { ...view, voided: true, by: ['phone'] }, 1_500],
  ['granted', { ...view, use: { ...use, life: 'granted' } }, 1_500],
  ['out', { ...view, cancelled: true, use: { ...use, life: 'out' } }, 9_000],
  ['used', { ...view, use: { ...use, life: 'used', codeUsed: true } }, 1_500],
  ['fresh', { ...view, by: ['code', 'phone'], use: { ...use, life: 'used', codeUsed: true } }, 1_500],
];

for (const [at, [state, of, now]] of states.entries()) {
  test(`state of a booking ${at}: ${state}`, () => {
    const report = bookingReport(of, wall(now));
    assert.equal(report.state, state);
    assert.ok(!('code' in report) && !('pin' in report));
  });
}

test('an audit sets the books against the sensor', () => {
  const box = new FakeBox();
  box.become(slots(box.state(), 2, { presence: 'absent' }));
  box.become(slots(box.state(), 3, { door: 'open' }));
  const reports = box.state().slots.map(slot => auditReport(box.state(), slot));
  assert.deepEqual(
    reports.map(each => each.verdict),
    ['agrees', 'differs', 'door-open'],
  );
  const bare = new FakeBox({ sensed: false });
  assert.equal(bare.state().slots.map(slot => auditReport(bare.state(), slot))[0]?.verdict, 'not-sensed');
});
