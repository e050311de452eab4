import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { node, Running } from '../../scripts/rig/program.ts';
import { until } from '../../scripts/rig/until.ts';

export const launch: string = resolve(import.meta.dirname, '../../systemd/lib/launch');

/** The socket on which systemd hears its services, with us in the place of systemd. */
export class NotifySocket {
  readonly path: string;
  readonly #hearing: Running;

  private constructor(path: string, hearing: Running) {
    this.path = path;
    this.#hearing = hearing;
  }

  static async open(t: TestContext, folder: string): Promise<NotifySocket> {
    const path = join(folder, 'notify');
    rmSync(path, { force: true });
    const hearing = new Running(['socat', '-u', `UNIX-RECV:${path}`, 'STDOUT'], {});
    t.after(() => hearing.child.kill('SIGKILL'));
    await until('the notify socket', () => existsSync(path));
    return new NotifySocket(path, hearing);
  }

  /** Every word so far, as one text: datagrams have no ends in it. */
  get heard(): string {
    return this.#hearing.stdout;
  }

  /** Starts a program as `ExecStart=` of a unit with `Type=notify` does. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
    return new Running([launch, node, ...args], { NOTIFY_SOCKET: this.path, ...env });
  }
}
