import { execFileSync } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { ann, type Stage, stock } from './stage.ts';

/** Without a terminal to draw on: says where everything is, and what to try; a signal ends it. */
export async function stay({ rig }: Stage): Promise<never> {
  await stock(rig);
  const keys = join(rig.dir, 'type-here');
  execFileSync('mkfifo', ['-m', '600', keys]);
  // Opened for both, so that it does not end with the first who writes to it; and never waited for, so that we can end.
  const fd = openSync(keys, constants.O_RDWR | constants.O_NONBLOCK);
  new Socket({ fd, readable: true, writable: false }).on('data', typed =>
    rig.type(typed.toString('latin1').replaceAll(/[^0-9*#]/g, '')),
  );
  process.stdout.write(
    [
      'SmartBox demo: a box with four slots is running on this machine.',
      `  keypad   ${keys}   (what is written there is typed)`,
      `  lines    ${rig.lines.dir}   (lock/N, door/N, presence/N: 0 or 1)`,
      `  control  ${rig.socket}`,
      '',
      'A first thing to try, in another shell:',
      `  export SMARTBOX_SOCKET=${rig.socket}`,
      '  node_modules/.bin/node dist/smartbox.js watch &',
      `  echo '${ann.code}#' > ${keys}`,
      '',
      'Ctrl-C or SIGTERM stops it and leaves nothing behind.',
      '',
    ].join('\n'),
  );
  return await new Promise<never>(() => {});
}
