import { chown, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, Fault, reasonOf } from '../../base/fault.ts';
import { mosquittoPasswords } from './mosquitto.ts';

/**
 * `told`: Mosquitto has read its passwords again. `not-running`: there is nobody to tell, as far as its pid file says; if it
 * runs elsewhere all the same, new boxes are refused until somebody tells it.
 */
type Told = 'told' | 'not-running' | 'unchanged';

/** Readable for the group: that of the folder, which is Mosquitto's. */
const fileMode = 0o640;

/**
 * Keeps Mosquitto's password file as the relay's boxes are. Changes that come while one is being written are written
 * together, so a thousand enrolments are a few files and a few signals.
 */
export class MosquittoUsers {
  readonly #file: string;
  readonly #relay: { readonly user: string; readonly hash: string };
  readonly #pidFile: string;
  #next: ReadonlyMap<string, string> | null = null;
  #writing: Promise<Told> | null = null;
  #written: string | null = null;

  constructor(options: {
    readonly file: string;
    readonly relay: { readonly user: string; readonly hash: string };
    /** Of the Mosquitto that reads the file. */
    readonly pidFile: string;
  }) {
    this.#file = options.file;
    this.#relay = options.relay;
    this.#pidFile = options.pidFile;
  }

  /**
   * All boxes that may connect, by id, with their stored hashes. Resolves when Mosquitto has been told of these or of later ones.
   * @throws Fault `broker-files` or `broker-reload`; give the boxes again to try again
   */
  set(boxes: ReadonlyMap<string, string>): Promise<Told> {
    this.#next = boxes;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  async #write(): Promise<Told> {
    let told: Told = 'unchanged';
    // Whoever calls in this turn shares the file.
    await Promise.resolve();
    for (let boxes = this.#next; boxes !== null; boxes = this.#next) {
      this.#next = null;
      const text = mosquittoPasswords(this.#relay, boxes);
      if (text === this.#written || (this.#written === null && text === (await contentOf(this.#file)))) {
        this.#written = text;
        continue;
      }
      await writeWhole(this.#file, text);
      told = await tell(this.#pidFile);
      this.#written = text;
    }
    return told;
  }
}

/**
 * The old file or the new one, whatever happens; its group stays.
 * @throws Fault `broker-files`
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const fresh = `${file}.new`;
  try {
    const handle = await open(fresh, 'w', fileMode);
    try {
      await handle.writeFile(text);
      await handle.chmod(fileMode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await keepGroup(file, fresh);
    await rename(fresh, file);
    const folder = await open(dirname(file), 'r');
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    const hint = 'The relay must be able to write into the folder that it shares with Mosquitto.';
    throw new Fault('broker-files', `${file} cannot be written: ${reasonOf(error)}`, hint, error);
  }
}

async function keepGroup(file: string, fresh: string): Promise<void> {
  const old = await stat(file).catch(() => null);
  const now = await stat(fresh);
  if (old !== null && (old.gid !== now.gid || old.uid !== now.uid))
    await chown(fresh, process.getuid?.() === 0 ? old.uid : now.uid, old.gid);
}

/** A relay that starts finds most often what it has written before: Mosquitto knows it. */
const contentOf = (file: string): Promise<string | null> => readFile(file, 'utf8').catch(() => null);

async function tell(pidFile: string): Promise<Told> {
  try {
    process.kill(await pidOf(pidFile), 'SIGHUP');
    return 'told';
  } catch (error) {
    // Not running: it reads the file when it starts.
    if (['ENOENT', 'ESRCH'].includes(codeOf(error))) return 'not-running';
    const hint = 'Until Mosquitto is told (SIGHUP), new boxes are refused and removed ones are let in.';
    throw new Fault(
      'broker-reload',
      `Mosquitto was not told of its new passwords: ${reasonOf(error)}`,
      hint,
      error,
    );
  }
}

/** A pid file outlives its process, and SIGHUP ends most others. */
async function pidOf(file: string): Promise<number> {
  const pid = Number((await readFile(file, 'utf8')).trim());
  if (!Number.isSafeInteger(pid) || pid < 2) throw new Error(`${file} holds no process id`);
  const name = await readFile(`/proc/${pid}/comm`, 'utf8');
  if (name.trim() !== 'mosquitto') throw new Error(`process ${pid} of ${file} is not Mosquitto`);
  return pid;
}
