import { ann, type Stage, stock } from './stage.ts';

/** Without a terminal to draw on: says where everything is, and what to try; a signal ends it. */
export async function stay({ rig }: Stage): Promise<never> {
  await stock(rig);
  process.stdout.write(
    [
      'SmartBox demo: a box with four slots is running on this machine.',
      `  lines    ${rig.lines.dir}   (lock/N, door/N, presence/N: 0 or 1)`,
      `  control  ${rig.socket}`,
      '',
      'A first thing to try, in another shell:',
      `  export SMARTBOX_SOCKET=${rig.socket}`,
      '  node_modules/.bin/node dist/smartbox.js watch &',
      `  node_modules/.bin/node dist/smartbox.js serial replay --device keypad '${ann.code}#'`,
      '',
      'Ctrl-C or SIGTERM stops it and leaves nothing behind.',
      '',
    ].join('\n'),
  );
  // The ptys and the daemon keep the process alive.
  return await new Promise<never>(() => {});
}
