import { chmodSync, writeFileSync } from 'node:fs';

/** The Node that the native packages were chosen and built for (package.json `engines`). */
export const nodeWanted = { major: 24, minor: 21, name: '24.21.0' } as const;

/**
 * How V8 is to run a program, where that must be said before it begins: the stub then becomes the same Node once more, in the
 * same process, with these. Verbs are over too soon for it to matter.
 *
 * The relay: what it makes of each message is garbage at once, and V8 would let 48 MB of it pile up before it looks.
 */
export const engineFlags: Readonly<Record<string, readonly string[]>> = {
  'smartbox-relay': ['--max-semi-space-size=4'],
};

/**
 * Writes a bin: plain JavaScript that every Node from 14 on can parse, and that looks at its Node before anything native is
 * loaded – the wrong one would crash in the SQLite binding without a word.
 *
 * Code that was compiled once is kept beside the program, when that folder may be written; never in a shared temporary
 * folder, where another user of the machine could plant code for a process that opens locks.
 */
export function writeStub(file: string, program: string): void {
  const flags = engineFlags[program] ?? [];
  const text = `#!/usr/bin/env node
var version = process.versions.node.split('.').map(Number);
if (version[0] !== ${nodeWanted.major} || version[1] < ${nodeWanted.minor}) {
  console.error(
    '${program}: needs Node ${nodeWanted.name} (any ${nodeWanted.major} from there on), not ' + process.versions.node +
      '. The one it was built with is node_modules/.bin/node: run “node_modules/.bin/node dist/${program}.js”.'
  );
  process.exit(2);
}
${flags.length === 0 ? '' : again(flags)}var folder = process.env.CACHE_DIRECTORY || new URL('./.cache', import.meta.url).pathname;
process.getBuiltinModule('module').enableCompileCache(decodeURIComponent(folder));
import('./app/${program}.js').catch(function (error) {
  console.error(error);
  process.exit(70);
});
`;
  writeFileSync(file, text);
  chmodSync(file, 0o755);
}

/** A Node that cannot do so, or a system that forbids it, runs the program all the same. */
const again = (flags: readonly string[]): string => `var flags = ${JSON.stringify(flags)};
var words = process.argv.slice(2);
if (process.execArgv.indexOf(flags[0]) < 0 && (words.length === 0 || words[0].startsWith('-'))) {
  try {
    process.execve(
      process.execPath,
      [process.execPath].concat(process.execArgv, flags, process.argv[1], words),
      process.env
    );
  } catch (error) {}
}
`;
