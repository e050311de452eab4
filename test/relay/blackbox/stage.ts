/** A relay and a real box that know each other, and what a driver does at the box. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { Rig } from '../../../scripts/rig/box-rig.ts';
import { RelayRig, type Sections, textOf } from '../../../scripts/rig/relay-rig.ts';
import { until } from '../../../scripts/rig/until.ts';

export interface Whole {
  readonly relay: RelayRig;
  readonly box: Rig;
  readonly token: string;
  /** Id of the box at the relay. */
  readonly id: string;
}

type Step = (relay: RelayRig) => Promise<void>;
const nothing: Step = async () => {};

/** `prepare` runs before the relay starts, `before` once it has, before there is a box. */
export async function enrolled(
  t: TestContext,
  sections: Sections = {},
  prepare: Step = nothing,
  before: Step = nothing,
): Promise<Whole> {
  const relay = new RelayRig(sections);
  t.after(() => relay.dispose());
  await prepare(relay);
  await relay.start();
  await before(relay);
  const token = await relay.token('admin');
  const box = await Rig.make();
  t.after(() => box.dispose());
  await box.start();
  const made = await relay.ask('POST', '/api/v1/boxes', { token, body: { name: 'Depot A' } });
  await box.must(['enroll', '--relay', relay.url, '--claim', '-'], textOf(made, 'claim'));
  return { relay, box, token, id: textOf(made, 'id') };
}

export async function booked(whole: Whole, slot: number): Promise<string> {
  const { relay, token, id } = whole;
  const key = { name: `Van ${slot}`, box: id, slot };
  await relay.ask('POST', '/api/v1/keys', { token, body: key });
  return await bookedFor(whole, { name: 'Ann', email: 'ann@example.org' }, slot);
}

/** The key of that slot, which is there already, for an hour from now. */
export async function bookedFor(
  { relay, token }: Whole,
  contact: { readonly name: string; readonly email: string },
  slot: number,
): Promise<string> {
  const hour = 3_600_000;
  const window = {
    start: new Date(Date.now()).toISOString(),
    end: new Date(Date.now() + hour).toISOString(),
  };
  const body = { key: `Van ${slot}`, contact, ...window };
  return textOf(await relay.ask('POST', '/api/v1/bookings', { token, body }), 'id');
}

export const stateOf = async ({ relay, token }: Whole, booking: string): Promise<string> =>
  textOf(await relay.ask('GET', `/api/v1/bookings/${booking}`, { token }), 'state');

export const becomes = (whole: Whole, booking: string, state: string): Promise<void> =>
  until(`the booking to be ${state}`, async () => (await stateOf(whole, booking)) === state, 30_000);

export const codeOf = async ({ relay, token }: Whole, booking: string): Promise<string> =>
  textOf(await relay.ask('GET', `/api/v1/bookings/${booking}/code`, { token }), 'code');

/** Types the code, opens the door, moves the key, shuts the door. */
export async function through({ box }: Whole, code: string, slot: number, key: 'out' | 'in'): Promise<void> {
  box.type(`${code}#`);
  await box.sees('pulsed', slot);
  box.lines.door(slot, 'open');
  await box.sees('door-opened', slot);
  box.lines.key(slot, key);
  await box.sees(key === 'out' ? 'key-taken' : 'key-returned', slot);
  box.lines.door(slot, 'shut');
  await box.sees('door-closed', slot);
}

export async function tour(whole: Whole): Promise<void> {
  const { relay, token, id } = whole;
  const booking = await booked(whole, 1);
  await becomes(whole, booking, 'on-box');
  const code = await codeOf(whole, booking);
  await through(whole, code, 1, 'out');
  await becomes(whole, booking, 'taken');
  await through(whole, code, 1, 'in');
  await becomes(whole, booking, 'returned');
  assert.equal((await relay.ask('GET', `/api/v1/bookings/${booking}/code`, { token })).status, 409, 'wiped');
  const { text } = await relay.ask('GET', `/api/v1/events?box=${id}`, {
    token,
    headers: { accept: 'application/x-ndjson' },
  });
  const types = text
    .trim()
    .split('\n')
    .map(line => (JSON.parse(line) as { type: string }).type);
  for (const type of ['granted', 'pulsed', 'key-taken', 'key-returned'])
    assert.ok(types.includes(type), type);
}
