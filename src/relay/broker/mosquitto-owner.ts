/** Who may read what is written for Mosquitto: it drops root's rights before it reads its files again. */
import { execFile } from 'node:child_process';
import { chmod, chown, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { Fault, reasonOf } from '../../base/fault.ts';

interface Ownership {
  /** Folder of configuration, ACL and passwords, and these files. */
  readonly folder: string;
  readonly files: readonly string[];
  /** Where Mosquitto itself writes; null: somebody else made it. */
  readonly dataFolder: string | null;
  /** System user that Mosquitto becomes. */
  readonly runAs: string;
}

const readable = 0o750;
/** The group is inherited, so that files which the relay writes later are readable too. */
const inherited = 0o2750;
const fileMode = 0o640;

/**
 * Lets Mosquitto read its files and write its folder. Gives what whoever ran this must do himself; null: nothing.
 * @throws Fault `broker-files`
 */
export async function giveToMosquitto(what: Ownership): Promise<string | null> {
  const { folder, files, dataFolder, runAs } = what;
  if (userInfo().username === runAs) return null;
  const owner = await ownerOf(runAs);
  const byHand = `chgrp ${runAs} ${[folder, ...files].join(' ')} && chmod 2750 ${folder}${
    dataFolder === null ? '' : ` && chown ${runAs} ${dataFolder}`
  }`;
  if (owner === null)
    return `There is no user ${runAs} here. Where Mosquitto runs, it must be able to read ${folder}${dataFolder === null ? '' : ` and to write ${dataFolder}`}.`;
  if (process.getuid?.() !== 0)
    return `Mosquitto, as user ${runAs}, cannot read these files yet. As root: ${byHand}`;
  try {
    await chown(folder, 0, owner.gid);
    await chmod(folder, inherited);
    for (const file of files) {
      await chown(file, 0, owner.gid);
      await chmod(file, fileMode);
    }
    if (dataFolder !== null) {
      await chown(dataFolder, owner.uid, owner.gid);
      await chmod(dataFolder, readable);
    }
    return null;
  } catch (error) {
    throw new Fault(
      'broker-files',
      `the files cannot be given to ${runAs}: ${reasonOf(error)}`,
      byHand,
      error,
    );
  }
}

/**
 * Mosquitto must be able to come to its folder. The relay's own data folder is closed to everybody else, and stays so.
 * @throws Fault `broker-folder`
 */
export async function mustBeReachable(folder: string, runAs: string): Promise<void> {
  if (userInfo().username === runAs) return;
  const owner = await ownerOf(runAs);
  if (owner === null) return;
  for (let at = dirname(folder); ; at = dirname(at)) {
    const found = await stat(at).catch(() => null);
    if (found !== null && !mayEnter(found, owner))
      throw new Fault(
        'broker-folder',
        `Mosquitto, as user ${runAs}, cannot come to ${folder}: ${at} is closed to it`,
        'Name another folder: --folder /etc/mosquitto/smartbox, or broker.mosquitto.folder in relay.yaml.',
      );
    if (at === dirname(at)) return;
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

function mayEnter({ mode, uid, gid }: Owner & { readonly mode: number }, owner: Owner): boolean {
  if (uid === owner.uid) return (mode & 0o100) !== 0;
  return (mode & (gid === owner.gid ? 0o010 : 0o001)) !== 0;
}

/** Null: there is no such user here. */
async function ownerOf(user: string): Promise<Owner | null> {
  const id = async (flag: '-u' | '-g'): Promise<number> =>
    Number((await promisify(execFile)('id', [flag, '--', user])).stdout.trim());
  try {
    return { uid: await id('-u'), gid: await id('-g') };
  } catch {
    return null;
  }
}
