import { chmodSync, chownSync, lstatSync, readFileSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { codeOf, Fault, reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { makeFolder } from '../../base/make-folder.ts';

const group = 'smartbox';

/**
 * Makes the socket's folder, and clears away a socket that nobody listens to any more.
 * @throws Fault `not-a-socket`, `socket-in-use`, `socket-folder`
 */
export async function clearPath(path: string): Promise<void> {
  try {
    makeFolder(dirname(path), 0o755);
  } catch (error) {
    throw new Fault('socket-folder', `${dirname(path)}: ${reasonOf(error)}`, 'Check `control:`.', error);
  }
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw new Fault(
      'not-a-socket',
      `${path} is there and is not a socket`,
      'Move it away, or set `control:`.',
    );
  }
  if (await answers(path)) {
    throw new Fault('socket-in-use', `somebody already listens on ${path}`, 'Is another smartboxd running?');
  }
  unlinkSync(path);
}

const answers = (path: string): Promise<boolean> =>
  new Promise(resolve => {
    const probe = connect(path);
    probe.on('connect', () => {
      probe.destroy();
      resolve(true);
    });
    // EAGAIN and EACCES come from a listener that is there.
    probe.on('error', error => resolve(!['ECONNREFUSED', 'ENOENT'].includes(codeOf(error))));
  });

/** 0660, for group smartbox where this machine has it (contracts.md §2). */
export function setRights(path: string, log: Log): void {
  chmodSync(path, 0o660);
  const gid = gidOf(group);
  // A sandbox may forbid what would change nothing.
  if (gid === null || lstatSync(path).gid === gid) return;
  try {
    chownSync(path, process.getuid?.() ?? 0, gid);
  } catch (error) {
    log.warn({ code: codeOf(error), group }, 'the control socket could not be given to its group');
  }
}

function gidOf(name: string): number | null {
  try {
    const line = readFileSync('/etc/group', 'utf8')
      .split('\n')
      .find(each => each.startsWith(`${name}:`));
    const gid = Number(line?.split(':')[2]);
    return line !== undefined && Number.isSafeInteger(gid) ? gid : null;
  } catch {
    return null;
  }
}
