import type { Feed } from './feed.ts';
import type { Office } from './office.ts';
import { crew, slotCount, vans } from './people.ts';
import type { Stage } from './stage.ts';

const verbs: Readonly<Record<string, string>> = {
  d: 'door',
  k: 'key of slot',
  t: 'tag of key',
  b: 'book the key of slot',
};

/** A person can do these things in front of the box, and in the office behind it, by a key press each. */
export class Hands {
  readonly #stage: Stage;
  readonly #office: Office;
  readonly #feed: Feed;
  #verb = '';
  #powered = true;
  note = 'a first thing to try: Ann’s code and #, then d1, k1, d1 to open the door, take the key and shut it';
  failed: (error: unknown) => void = () => {};

  constructor(stage: Stage, office: Office, feed: Feed) {
    this.#stage = stage;
    this.#office = office;
    this.#feed = feed;
  }

  press(key: string): void {
    const { rig } = this.#stage;
    if (this.#verb !== '') this.#act(this.#verb, Number(key));
    else if (/^[0-9*#]$/.test(key)) rig.type(key);
    else if (key === '\r') rig.type('#');
    else if (key === 'p') this.#cutPower().catch(this.failed);
    else if (key === 'n') this.#network();
    else if (key in verbs) {
      this.#verb = key;
      this.note = `${verbs[key]} … which number?`;
    }
  }

  #act(verb: string, slot: number): void {
    this.#verb = '';
    this.note = '';
    if (!(slot >= 1 && slot <= slotCount)) return;
    const { lines } = this.#stage.rig;
    const open = lines.level('door', slot) === 1;
    if (verb === 'd') lines.door(slot, open ? 'shut' : 'open');
    else if (verb === 't') this.#tap(slot);
    else if (verb === 'b') this.#book(slot).catch(this.failed);
    else if (!open) this.note = `the door of slot ${slot} is shut`;
    else lines.key(slot, lines.level('presence', slot) === 0 ? 'out' : 'in');
  }

  #tap(slot: number): void {
    const van = vans.find(each => each.slot === slot);
    if (van !== undefined) this.#stage.rig.tap(van.tag);
  }

  async #book(slot: number): Promise<void> {
    const person = crew.find(each => each.slot === slot);
    if (person === undefined) return;
    await this.#office.book(person);
    this.note = `${person.name} has another booking; its code is here as soon as the box has it`;
  }

  #network(): void {
    const stage = this.#stage;
    if (stage.unplugged) stage.plug();
    else stage.unplug();
    this.note = stage.unplugged
      ? 'the network is away; the box goes on'
      : 'the network is back; the box tries again soon';
  }

  async #cutPower(): Promise<void> {
    if (!this.#powered) return;
    this.#powered = false;
    this.note = 'the power is gone …';
    await this.#stage.cutPower();
    await this.#stage.switchOn();
    await this.#feed.follow();
    this.#powered = true;
    this.note = 'the power is back';
  }
}
