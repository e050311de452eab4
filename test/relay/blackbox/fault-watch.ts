/** A relay and a real box, and what the relay's administrators see of what is wrong there. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { Rig, type RigOptions } from '../../../scripts/rig/box-rig.ts';
import { type RelayRig, relayFor, type Sections, textOf } from '../../../scripts/rig/relay-rig.ts';
import { until } from '../../../scripts/rig/until.ts';
import type { Whole } from './stage.ts';

export interface Shown {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly detail: string;
  readonly advice: string;
  readonly cleared: string | null;
}

interface ShownFault {
  readonly problem: string;
  readonly kind: string;
  readonly slot: number | null;
  readonly key: string | null;
  readonly device: string | null;
}

/** What has it, as `GET /boxes/ID` names it. */
export type Place = Partial<Pick<ShownFault, 'slot' | 'key' | 'device'>>;

export const slow = 30_000;

export async function problemsOf(relay: RelayRig, token: string, open = true): Promise<readonly Shown[]> {
  const { body } = await relay.ask('GET', `/api/v1/problems?open=${open}`, { token });
  return (body as { readonly items: readonly Shown[] }).items;
}

export class Watch {
  readonly #whole: Whole;

  constructor(whole: Whole) {
    this.#whole = whole;
  }

  /** It is under Problems, with advice, and at its box, with what there has it. */
  async begins(kind: string, where = '', place: Place = {}): Promise<Shown> {
    return await this.beginsAt(kind, `${this.#whole.id}${where}`, place);
  }

  /** As `begins`, for a Problem whose subject is not a place of the box. */
  async beginsAt(kind: string, subject: string, place: Place = {}): Promise<Shown> {
    const { relay, token } = this.#whole;
    let found: Shown | undefined;
    await until(
      `the Problem ${kind} of ${subject}`,
      async () => {
        found = (await problemsOf(relay, token)).find(each => each.kind === kind && each.subject === subject);
        return found !== undefined;
      },
      slow,
    );
    assert.ok(found !== undefined);
    assert.ok(found.detail.startsWith('Depot A') && found.detail.endsWith(found.advice), found.detail);
    const { id } = found;
    const fault = (await this.faults()).find(({ problem }) => problem === id);
    for (const [name, value] of Object.entries({ kind, ...place }))
      assert.equal(fault?.[name as keyof ShownFault], value, `${kind}: ${name} at the box`);
    return found;
  }

  async faults(): Promise<readonly ShownFault[]> {
    const { relay, token, id } = this.#whole;
    const { body } = await relay.ask('GET', `/api/v1/boxes/${id}`, { token });
    return (body as { readonly faults: readonly ShownFault[] }).faults;
  }

  /** `subject`: of this one; otherwise of all that have it. */
  async ends(kind: string, subject: string | null = null): Promise<void> {
    const { relay, token } = this.#whole;
    await until(
      `the end of ${kind}`,
      async () =>
        !(await problemsOf(relay, token)).some(
          each => each.kind === kind && (subject === null || each.subject === subject),
        ),
      slow,
    );
    assert.ok(!(await this.faults()).some(each => each.kind === kind), `${kind} at the box`);
  }

  async acknowledge({ id }: Pick<Shown, 'id'>): Promise<void> {
    const { relay, token } = this.#whole;
    const done = await relay.ask('POST', `/api/v1/problems/${id}/acknowledge`, { token });
    assert.equal(done.status, 200, done.text);
  }
}

/** `prepare` sees the box before it starts. */
export async function stage(
  t: TestContext,
  sections: Sections,
  options: RigOptions = { rules: { openWithinS: 5 } },
  prepare: (box: Rig) => void = () => {},
): Promise<Whole> {
  const relay = await relayFor(t, sections);
  const token = await relay.token('admin');
  const settings = { notify: { admins: ['boss@example.org'] } };
  assert.equal((await relay.ask('PATCH', '/api/v1/settings', { token, body: { settings } })).status, 200);
  const box = await Rig.make(options);
  t.after(() => box.dispose());
  const input = (line: number) => ({ chip: 'alarm', line, activeLevel: 0 });
  box.configure({ inputs: { tamper: input(1), powerLow: input(2) } });
  for (const line of [1, 2]) box.lines.set('alarm', line, 1);
  prepare(box);
  await box.start();
  const id = await joined({ relay, box, token }, 'Depot A');
  return { relay, box, token, id };
}

/** Makes the box known under a name. Gives its id at the relay. */
export async function joined({ relay, box, token }: Omit<Whole, 'id'>, name: string): Promise<string> {
  const made = await relay.ask('POST', '/api/v1/boxes', { token, body: { name } });
  await box.must(['enroll', '--relay', relay.url, '--claim', '-'], textOf(made, 'claim'));
  return textOf(made, 'id');
}
