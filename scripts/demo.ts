/** `./scripts/demo [--tour]`: a relay and a box on this machine, real bytes on pseudo-terminals, lines that are files. */

import { play } from './stage/play.ts';
import { Stage } from './stage/stage.ts';
import { stay } from './stage/stay.ts';
import { tour } from './stage/tour.ts';

const args = process.argv.slice(2);
const unknown = args.find(arg => arg !== '--tour');
if (unknown !== undefined) {
  process.stderr.write(`usage: ./scripts/demo [--tour]\nI do not know ${unknown}\n`);
  process.exit(2);
}

// Not awaited before the signals are: one that comes early must not leave half a stage behind.
const opening = Stage.open();
let leaving = false;

/** Everything that was started ends, everything that was written goes. */
async function leave(code: number): Promise<void> {
  if (leaving) return;
  leaving = true;
  await opening.then(
    stage => stage.close(),
    () => {},
  );
  process.exit(code);
}

// A story that was not told to its end is no proof.
const interrupted = args.includes('--tour') ? 1 : 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void leave(interrupted));
// Whoever listened has gone: the reader of a pipe, a terminal.
for (const stream of [process.stdin, process.stdout]) stream.on('error', () => void leave(1));

try {
  const stage = await opening;
  if (args.includes('--tour')) await leave(await tour(stage));
  else if (process.stdin.isTTY && process.stdout.isTTY) await leave(await play(stage));
  else await stay(stage);
} catch (error) {
  if (!leaving) process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  await leave(1);
}
