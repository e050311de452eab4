import type { Statement } from 'better-sqlite3';
import { assert } from '../../../base/assert.ts';
import type { DriverId } from '../../../base/brand.ts';
import { Fault } from '../../../base/fault.ts';
import type {
  Enrolment,
  ExecutedCommand,
  KeptBooking,
  KeptDriver,
  KeptKey,
  KeptRecord,
  Standing,
  Synced,
} from '../../ports.ts';
import type { Db } from './connection.ts';
import type { Meta } from './meta.ts';

/** Commands whose answers are kept; they are forgotten a day after they could last have run. */
const obeyedMax = 4_096;
const dayMs = 86_400_000;

/** An acknowledgement costs no write of its own before so many events lie between. */
const acknowledgedStep = 256;

/** Rows that are read at once of what may be many. */
const pageRows = 512;

interface SyncedDeps {
  readonly db: Db;
  readonly meta: Meta;
  /** The latest instant that the file believes: a clock that runs ahead must not make it forget. */
  believed(): number;
}

type Row = { readonly id: string; readonly rev: number; readonly body: string };

/** The relay's records and orders in the file. */
export class SqliteSynced implements Synced {
  readonly #deps: SyncedDeps;
  readonly #pairs: Statement<[string, number], { id: string; rev: number }>;
  readonly #get: Statement<[string], Row>;
  readonly #keys: Statement<[], Row>;
  readonly #driver: Statement<[string], Row>;
  readonly #bookingsOf: Statement<[string, string, number], { id: string }>;
  readonly #deferred: Statement<[], Row>;
  readonly #used: Statement<[], string>;
  readonly #put: Statement<[string, number, string, string | null, 0 | 1, string]>;
  readonly #drop: Statement<[string]>;
  readonly #answer: Statement<[string], string>;
  readonly #remember: Statement<[string, number, string]>;
  readonly #forgetOld: Statement<[number]>;
  readonly #countObeyed: Statement<[], number>;
  #boxEpoch: number;
  #acknowledged: number;
  #savedAcknowledged: number;

  constructor(deps: SyncedDeps) {
    const { db } = deps;
    this.#deps = deps;
    const select = 'SELECT id, rev, body FROM synced';
    this.#pairs = db.prepare('SELECT id, rev FROM synced WHERE id > ? ORDER BY id LIMIT ?');
    this.#get = db.prepare(`${select} WHERE id = ?`);
    this.#keys = db.prepare(`${select} WHERE kind = 'key' ORDER BY id`);
    this.#driver = db.prepare(`${select} WHERE driver = ? AND kind = 'driver' LIMIT 1`);
    this.#bookingsOf = db.prepare(
      `SELECT id FROM synced WHERE driver = ? AND id > ? AND kind = 'booking' ORDER BY id LIMIT ?`,
    );
    this.#deferred = db.prepare(`${select} WHERE deferred = 1 ORDER BY id`);
    this.#used = db
      .prepare<[], string>("SELECT s.id FROM synced s JOIN use u ON u.booking = s.id WHERE u.life = 'used'")
      .pluck();
    this.#put = db.prepare('INSERT OR REPLACE INTO synced VALUES (?, ?, ?, ?, ?, ?)');
    this.#drop = db.prepare('DELETE FROM synced WHERE id = ?');
    this.#answer = db.prepare<[string], string>('SELECT answer FROM obeyed WHERE id = ?').pluck();
    this.#remember = db.prepare('INSERT INTO obeyed VALUES (?, ?, ?)');
    this.#forgetOld = db.prepare('DELETE FROM obeyed WHERE until < ?');
    this.#countObeyed = db.prepare<[], number>('SELECT count(*) FROM obeyed').pluck();
    this.#boxEpoch = this.#storedEpoch();
    this.#savedAcknowledged = this.#storedAcknowledged();
    this.#acknowledged = this.#savedAcknowledged;
  }

  #storedEpoch(): number {
    return this.#deps.meta.number('epoch') ?? 1;
  }

  #storedAcknowledged(): number {
    return this.#deps.meta.number('acknowledged') ?? 0;
  }

  /** Number of the present box epoch. */
  get boxEpoch(): number {
    return this.#boxEpoch;
  }

  standing(): Standing {
    const { meta } = this.#deps;
    return { epoch: meta.number('relay-epoch') ?? 0, rev: meta.number('relay-rev') ?? 0 };
  }

  enrolment(): Enrolment | null {
    const text = this.#deps.meta.text('enrolment');
    return text === null ? null : (JSON.parse(text) as Enrolment);
  }

  pairs(): Iterable<{ readonly id: string; readonly rev: number }> {
    return paged(after => this.#pairs.all(after, pageRows));
  }

  get(id: string): KeptRecord | null {
    const row = this.#get.get(id);
    return row === undefined ? null : recordOf(row);
  }

  keys(): readonly KeptKey[] {
    return this.#keys.all().map(row => recordOf(row) as KeptKey);
  }

  driver(driver: DriverId): KeptDriver | null {
    const row = this.#driver.get(driver);
    return row === undefined ? null : (recordOf(row) as KeptDriver);
  }

  *bookingsOf(driver: DriverId): Iterable<string> {
    for (const { id } of paged(after => this.#bookingsOf.all(driver, after, pageRows))) yield id;
  }

  deferred(): readonly KeptBooking[] {
    return this.#deferred.all().map(row => recordOf(row) as KeptBooking);
  }

  used(): readonly string[] {
    return this.#used.all();
  }

  answerTo(command: string): string | null {
    return this.#answer.get(command) ?? null;
  }

  acknowledge(seq: number): void {
    this.#acknowledged = seq;
  }

  acknowledged(): number {
    return this.#acknowledged;
  }

  /** A file of an earlier version does not say; then it is looked for, once. */
  epochBegan(): number {
    const { db, meta } = this.#deps;
    const known = this.#boxEpoch === 1 ? 0 : meta.number('epoch-seq');
    if (known !== null) return known;
    const first = db
      .prepare<[number], number | null>("SELECT min(seq) FROM event WHERE body ->> '$.epoch' = ?")
      .pluck()
      .get(this.#boxEpoch);
    return (first ?? (meta.number('start-seq') ?? 0) + 1) - 1;
  }

  #inCommit(): Meta {
    assert(this.#deps.db.inTransaction, 'what the relay sends is kept inside a commit');
    return this.#deps.meta;
  }

  put(record: KeptRecord, deferred: boolean): void {
    this.#inCommit();
    const { id, rev, ...body } = record;
    const driver = body.kind === 'key' ? null : body.driver;
    this.#put.run(id, rev, body.kind, driver, deferred ? 1 : 0, JSON.stringify(body));
  }

  drop(id: string): void {
    this.#inCommit();
    this.#drop.run(id);
  }

  clear(): void {
    this.#inCommit();
    this.#deps.db.exec('DELETE FROM synced; DELETE FROM obeyed');
    this.stand({ epoch: 0, rev: 0 });
  }

  stand({ epoch, rev }: Standing): void {
    const meta = this.#inCommit();
    meta.set('relay-epoch', epoch);
    meta.set('relay-rev', rev);
  }

  enrol(enrolment: Enrolment | null): void {
    const meta = this.#inCommit();
    if (enrolment === null) meta.remove('enrolment');
    else meta.set('enrolment', JSON.stringify(enrolment));
  }

  remember({ id, notAfter, answer }: ExecutedCommand): void {
    this.#inCommit();
    this.#forgetOld.run(this.#deps.believed() - dayMs);
    if ((this.#countObeyed.get() ?? 0) >= obeyedMax) {
      throw new Fault('too-many-commands', 'the box has obeyed too many commands', 'Ask again in a day.');
    }
    this.#remember.run(id, Math.floor(notAfter), answer);
  }

  beginEpoch(epoch: number): void {
    const meta = this.#inCommit();
    const last = this.#deps.db.prepare<[], number | null>('SELECT max(seq) FROM event').pluck().get();
    meta.set('epoch', epoch);
    meta.set('epoch-seq', Math.max(last ?? 0, meta.number('start-seq') ?? 0));
    this.#boxEpoch = epoch;
  }

  /** Before COMMIT: an acknowledgement that has gone far, or back, is kept with whatever else is. */
  settle(): void {
    const { meta } = this.#deps;
    const far = this.#acknowledged - this.#savedAcknowledged;
    if (far >= 0 && far < acknowledgedStep) return;
    meta.set('acknowledged', this.#acknowledged);
    this.#savedAcknowledged = this.#acknowledged;
  }

  /** After a rollback memory says again what the file says; an acknowledgement is no part of any transaction. */
  forget(): void {
    this.#boxEpoch = this.#storedEpoch();
    this.#savedAcknowledged = this.#storedAcknowledged();
  }
}

/** No statement stays open between pages: the connection is free for others. */
function* paged<Row extends { readonly id: string }>(
  page: (after: string) => readonly Row[],
): Generator<Row> {
  let after = '';
  for (;;) {
    const rows = page(after);
    yield* rows;
    if (rows.length < pageRows) return;
    after = rows.at(-1)?.id ?? '';
  }
}

/** Written by ourselves in the transaction of everything else. */
const recordOf = ({ id, rev, body }: Row): KeptRecord => ({ id, rev, ...JSON.parse(body) }) as KeptRecord;
