/** What a box finds on its disk after a power cut, as its file system and its own store put it together again. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bookingId } from '../../../../src/base/brand.ts';
import { reasonOf } from '../../../../src/base/fault.ts';
import { silent } from '../../../../src/base/log.ts';
import { type BoxStore, openStore } from '../../../../src/box/adapters/sqlite/store.ts';
import { openVault } from '../../../../src/box/adapters/vault/vault.ts';
import type { Vault } from '../../../../src/box/ports.ts';
import { chainReady, hashEvent } from '../../../../src/wire/chain.ts';
import type { JournalEvent } from '../../../../src/wire/journal.ts';
import { emptyDiary, note } from '../../../torture/diary.ts';
import { judgeRecord } from '../../../torture/judge.ts';
import { reusable } from './tickets.ts';
import type { Told } from './told.ts';

/** A file system that was mended and is whole (e2fsck(8)). */
const fsckMended = 1;
const boxName = 'virtual';
const secrets = ['pepper', 'signing.key'] as const;
/** Of a cut machine nothing else matters: a folder in memory is gone with the power. */
const changing = ['smartbox.db', 'smartbox.db-wal', 'smartbox.mark', 'smartbox.suspect'] as const;

export class Recovery {
  readonly #folder: string;
  readonly #vault: Vault;
  readonly #machine: string;

  private constructor(folder: string, vault: Vault, machine: string) {
    this.#folder = folder;
    this.#vault = vault;
    this.#machine = machine;
  }

  /**
   * @param folder for what is taken out of images, in memory best @param image of the box before anything happened
   * @param machine id of the machine that the box has run on
   */
  static async of(folder: string, image: string, machine: string): Promise<Recovery> {
    mkdirSync(folder, { mode: 0o700 });
    await chainReady;
    dump(image, folder, secrets);
    for (const name of secrets) chmodSync(join(folder, name), 0o600);
    return new Recovery(folder, await openVault({ folder, box: boxName }), machine);
  }

  /** Everything that is wrong with an image (a raw one, which is changed) of a box of which this was told until its power was cut. */
  judge(image: string, told: readonly Told[]): readonly string[] {
    const { status, stdout } = spawnSync('e2fsck', ['-fy', image], { encoding: 'utf8' });
    if (status === null || status > fsckMended) return [`e2fsck ends with ${status}: ${stdout}`];
    for (const name of [...changing, 'smartbox.db-shm', 'reserve'])
      rmSync(join(this.#folder, name), { force: true });
    dump(image, this.#folder, changing);
    if (existsSync(join(this.#folder, 'smartbox.suspect'))) return ['the box no longer trusts its database'];
    let store: BoxStore | null = null;
    try {
      store = openStore({
        folder: this.#folder,
        box: boxName,
        vault: this.#vault,
        log: silent,
        machine: this.#machine,
      });
      return problems(store, told);
    } catch (error) {
      return [`does not open: ${reasonOf(error)}`];
    } finally {
      store?.close();
    }
  }
}

function problems(store: BoxStore, told: readonly Told[]): readonly string[] {
  const { epoch, recovered, secretsLost } = store.load();
  if (epoch !== 1 || recovered !== null || secretsLost.length > 0) return [`taken for damage: ${recovered}`];
  const events = [...store.journal.read({ from: 1, to: store.journal.last().seq })];
  const diary = emptyDiary();
  for (const each of told) if (each.what !== 'event') note(diary, each);
  return [
    ...judgeRecord({ events, diary, reusable }),
    ...events.filter(event => !isSound(event)).map(({ seq }) => `event ${seq} is not what its hash says`),
    ...forgotten(events, told),
    ...unburnt(store, events),
  ];
}

/** What the box has shown to somebody stands for good, as it was. */
export const forgotten = (events: readonly JournalEvent[], told: readonly Told[]): readonly string[] =>
  told.flatMap(each => {
    if (each.what !== 'event') return [];
    const hash = events[each.seq - 1]?.hash;
    return hash?.startsWith(each.hash) === true
      ? []
      : [`event ${each.seq} was shown, and is ${hash ?? 'gone'}`];
  });

/** A grant and the right that it burns are one transaction: neither is ever there without the other. */
function unburnt(store: BoxStore, events: readonly JournalEvent[]): readonly string[] {
  const last = new Map(
    events.flatMap(event => (event.booking === undefined ? [] : [[event.booking, event]])),
  );
  return [...last.values()].flatMap(({ booking = '', type }) => {
    if (type !== 'granted' && type !== 'key-taken') return [];
    const life = store.bookings.get(bookingId(booking))?.use?.life ?? 'fresh';
    return life === 'fresh' ? [`${booking} is not burnt after ${type}`] : [];
  });
}

/** Events of many images are the same: each is hashed once. */
const sound = new Map<string, boolean>();

function isSound(event: JournalEvent): boolean {
  const key = JSON.stringify(event);
  const known = sound.get(key) ?? hashEvent(event) === event.hash;
  sound.set(key, known);
  return known;
}

/** Files of an ext4 image, those that are there. */
function dump(image: string, into: string, names: readonly string[]): void {
  const commands = `${into}.debugfs`;
  writeFileSync(commands, names.map(name => `dump /${name} ${join(into, name)}\n`).join(''));
  // Of files that are not there it complains, and goes on.
  execFileSync('debugfs', ['-f', commands, image], { stdio: 'ignore' });
}
