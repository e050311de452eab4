/** A place with a box, a driver and a booking; ways that remember what they were given; an outbox on a clock of its own. */
import { wall } from '../../../src/base/brand.ts';
import type { Log } from '../../../src/base/log.ts';
import { changeAccount } from '../../../src/relay/domain/accounts.ts';
import { createBooking } from '../../../src/relay/domain/bookings.ts';
import { changeBox } from '../../../src/relay/domain/boxes.ts';
import { createDriver } from '../../../src/relay/domain/drivers.ts';
import type { NotifySettings } from '../../../src/relay/domain/notify-settings.ts';
import { listProblems } from '../../../src/relay/domain/problem-list.ts';
import { createSite } from '../../../src/relay/domain/sites.ts';
import type { Channel, Outcome, OutgoingMessage } from '../../../src/relay/messages/channels/channel.ts';
import { takeMessages } from '../../../src/relay/messages/outbox-rows.ts';
import { type SendingDeps, sendMessage } from '../../../src/relay/messages/sending.ts';
import type { RelayStore } from '../../../src/relay/store/store.ts';
import { FakeTime } from '../../fake-time.ts';
import { boxWithKeys, type House, hourMs, houseOn } from '../domain/house.ts';

/** Answers as it is told, `sent` otherwise. */
export class FakeChannel implements Channel {
  readonly letters: OutgoingMessage[] = [];
  next: Outcome[] = [];

  async send(letter: OutgoingMessage): Promise<Outcome> {
    this.letters.push(letter);
    return this.next.shift() ?? { is: 'sent', providerId: `sid-${this.letters.length}` };
  }

  close(): void {}

  get last(): string {
    const content = this.letters.at(-1)?.content ?? '';
    return typeof content === 'string' ? content : `${content.subject}\n${content.text}`;
  }
}

export interface Stage {
  readonly house: House;
  readonly box: string;
  readonly keys: readonly string[];
  readonly driver: string;
  readonly mail: FakeChannel;
  readonly sms: FakeChannel;
  readonly lines: string[];
  readonly parts: SendingDeps;
  book(options?: {
    readonly start?: number;
    readonly end?: number | null;
    readonly reuse?: boolean;
  }): Promise<string>;
  settings(notify: Partial<NotifySettings>): Promise<unknown>;
  /** Sends all that is due now, as one turn of the outbox; gives how many were taken. */
  turn(copy?: string, store?: RelayStore): Promise<number>;
  /** Lets time pass on the house's clock. */
  pass(ms: number): void;
  states(): Promise<readonly string[]>;
  problems(): Promise<readonly string[]>;
}

export async function stageOn(store: RelayStore): Promise<Stage> {
  const house = await houseOn(store);
  const { box, keys } = await boxWithKeys(house, 2);
  const site = {
    name: 'Utrecht Noord',
    timezone: 'Europe/Amsterdam',
    language: 'en',
    phone: '+31 20 123 4567',
  };
  const { id: siteId } = await house.act(c => createSite(c, site));
  await house.act(c => changeBox(c, box, { site: siteId }));
  const bea = { name: 'Bea Bakker', email: 'bea@example.org', phone: '+31612345678' };
  const { id: driver } = await house.act(c => createDriver(c, bea));
  const [mail, sms] = [new FakeChannel(), new FakeChannel()];
  const lines: string[] = [];
  const note = (fields: object, message: string): void =>
    void lines.push(JSON.stringify({ ...fields, message }));
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const time = new FakeTime();
  const parts: SendingDeps = {
    ...{ store, atRest: house.atRest, random: house.random, log, copy: 'one' },
    time: Object.assign(time, { wall: () => wall(house.nowMs) }),
    ceilings: { perDay: 1_000_000, perPhoneDay: 1_000_000 },
    channels: { mail, sms },
    httpUrl: () => 'https://keys.example.org',
  };
  return {
    ...{ house, box, keys, driver, mail, sms, lines, parts },
    book: async ({ start = house.nowMs + hourMs, end = house.nowMs + 9 * hourMs, reuse = false } = {}) =>
      (await house.act(c => createBooking(c, { key: keys[0] ?? '', driver, start, end, reuse }))).id,
    settings: notify => house.act(c => changeAccount(c, { settings: { notify } })),
    turn: (copy = 'one', other = store) => turn({ ...parts, copy, store: other }, house.nowMs),
    pass: ms => {
      house.nowMs += ms;
    },
    states: async () => {
      const rows = await store.db
        .selectFrom('message')
        .select(['kind', 'channel', 'state'])
        .orderBy('id')
        .execute();
      return rows.map(({ kind, channel, state }) => `${kind}/${channel} ${state}`);
    },
    problems: async () =>
      (await house.act(c => listProblems(c, { open: true }, { after: null, limit: 100 }))).map(
        ({ kind }) => kind,
      ),
  };
}

async function turn(parts: SendingDeps, now: number): Promise<number> {
  const { store, copy } = parts;
  const claim = { copy, now, until: now + 120_000, most: 100 };
  const messages = await store.write(tx => takeMessages(tx, claim));
  const { signal } = new AbortController();
  for (const message of messages) await sendMessage(parts, message, signal);
  return messages.length;
}
