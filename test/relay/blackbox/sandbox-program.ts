/** The Fleetio sandbox as a program of its own. */
import type { TestContext } from 'node:test';
import { programOf, Running } from '../../../scripts/rig/program.ts';
import { until } from '../../../scripts/rig/until.ts';

export interface SandboxProgram {
  readonly url: string;
  readonly program: Running;
}

export async function sandboxFor(t: TestContext): Promise<SandboxProgram> {
  const program = new Running(
    [...programOf('smartbox-relay'), 'fleetio-sandbox', '--listen', '127.0.0.1:0'],
    {},
  );
  t.after(() => program.child.kill('SIGKILL'));
  const said = (): string | undefined => /^fleetio-sandbox: (\S+) /m.exec(program.stdout)?.[1];
  await until('the sandbox', async () => said() !== undefined, 30_000);
  return { url: said() ?? '', program };
}
