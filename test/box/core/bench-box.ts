import assert from 'node:assert/strict';
import { slotId } from '../../../src/base/brand.ts';
import type { Outcome } from '../../../src/box/core/effect.ts';
import type { Command, Lookup } from '../../../src/box/core/input.ts';
import type { Candidate, Door, Key, Subject } from '../../../src/box/core/model.ts';
import { BenchBase } from './bench-base.ts';
import { subject } from './bench-site.ts';
import { nothing } from './typed.ts';

/** The bench with people in front of it: what they type, tap, open and shut. */
export class BenchBox extends BenchBase {
  /** An entry that names these bookings as their code, ended by `#`; none = a code that nobody has. */
  types(...found: readonly Candidate[]): void {
    this.enters({ code: this.known(found), phone: null });
  }

  /** A one- or two-digit entry. */
  chooses(choice: number): void {
    this.enters(nothing, String(choice).length, choice);
  }

  /** A number with the shape of a phone's. */
  phones(fingerprint: string, ...found: readonly Candidate[]): void {
    const phone = { fingerprint: subject('phone', fingerprint).fingerprint, found: this.known(found) };
    this.enters({ code: [], phone }, 10);
  }

  /** `#` after so many digits; what they name is told when the box asks. */
  enters(lookup: Lookup, length = 8, choice: number | null = null): void {
    this.named = lookup;
    this.feed({ type: 'entered', length, choice });
    this.after(0);
  }

  badge(fingerprint: string, ...found: readonly Candidate[]): void {
    const read = subject('badge', fingerprint);
    const badge = this.known(found);
    this.feed({ type: 'tag-read', frames: 1, fingerprint: read.fingerprint, key: null, badge });
    this.after(0);
  }

  /** A PIN of four digits, or of eight that are the code of `code`, is typed and compared; it is that of the bookings `matched`. */
  pin(
    by: Subject,
    found: readonly Candidate[],
    matched: readonly Candidate[] = [],
    code: readonly Candidate[] | null = null,
  ): void {
    const length = code === null ? 4 : 8;
    this.enters(nothing, length);
    this.after(0.1);
    this.named = { code: this.known(code ?? []), phone: null };
    this.feed({
      type: 'pin-checked',
      subject: by,
      length,
      found: this.known(found),
      matched: matched.map(each => each.booking),
    });
    this.after(0);
  }

  /** The tag of this key comes to a reader; `null`: one that nobody knows, read twice. */
  tag(key: string | null, fingerprint = `tag of ${key}`): void {
    const { fingerprint: read } = subject('badge', fingerprint);
    const of = { fingerprint: read, key: key as Key['name'] | null, badge: [] };
    this.feed({ type: 'tag-read', frames: 1, ...of });
    const bound = this.tags.find(each => each.fingerprint === fingerprint)?.key ?? null;
    if (key === null) this.feed({ type: 'tag-read', frames: 2, ...of, key: bound as Key['name'] | null });
    this.after(0);
  }

  opensDoor(slot: number): void {
    this.#door(slot, 'open');
  }

  shutsDoor(slot: number): void {
    this.#door(slot, 'shut');
  }

  keyGone(slot: number): void {
    this.#presence(slot, 'absent');
  }

  keySeen(slot: number): void {
    this.#presence(slot, 'present');
  }

  /** A driver's whole visit, at a box that has let them. */
  takesFrom(slot: number): void {
    this.after(0.4);
    this.opensDoor(slot);
    if (this.slot(slot).presence !== 'none') this.keyGone(slot);
    this.shutsDoor(slot);
    this.after(2);
  }

  bringsTo(slot: number): void {
    this.after(0.4);
    this.opensDoor(slot);
    if (this.slot(slot).presence !== 'none') this.keySeen(slot);
    this.shutsDoor(slot);
    this.after(2);
  }

  command(command: Command): Outcome {
    this.feed({ type: 'command', id: 7, who: 'ada', why: 'test', command });
    const answers = this.effects.flatMap(effect => (effect.type === 'answer' ? [effect.outcome] : []));
    const answer = answers.at(-1);
    assert.ok(answer !== undefined, 'every command is answered');
    this.after(0);
    return answer;
  }

  #door(slot: number, door: Door): void {
    this.doors.set(slotId(slot), door);
    this.feed({ type: 'door-changed', slot: slotId(slot), door });
    this.after(0.2);
  }

  #presence(slot: number, presence: 'present' | 'absent'): void {
    this.presences.set(slotId(slot), presence);
    this.feed({ type: 'presence-changed', slot: slotId(slot), presence });
    this.after(0.2);
  }
}
