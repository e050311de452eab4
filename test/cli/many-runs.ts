/**
 * Runs the program with one command line after another in one process, `JSON.parse(argv[2])`, and prints what each said and how it
 * ended: for tables of command lines, each of which would load the same hundred modules. The entry module is evaluated anew for each.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Finished } from './bench.ts';

const program = join(import.meta.dirname, '../../src/cli/main.ts');
const lines = JSON.parse(process.argv[2] ?? '[]') as readonly (readonly string[])[];
const say = process.stdout.write.bind(process.stdout);
const said = { stdout: '', stderr: '' };
for (const name of ['stdout', 'stderr'] as const)
  process[name].write = (text: string | Uint8Array): boolean => {
    said[name] += String(text);
    return true;
  };

const finished: Finished[] = [];
for (const [at, args] of lines.entries()) {
  Object.assign(said, { stdout: '', stderr: '' });
  process.exitCode = undefined;
  process.argv = [process.execPath, program, ...args];
  await import(`${pathToFileURL(program).href}?run=${at}`);
  finished.push({ code: Number(process.exitCode ?? 0), ...said });
}
process.exitCode = 0;
say(JSON.stringify(finished));
