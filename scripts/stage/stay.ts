import { execFileSync } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { addresses } from './addresses.ts';
import { allTold, type Told, toldLine } from './crew.ts';
import { Feed } from './feed.ts';
import { mailLines } from './mailbox.ts';
import { setUp } from './setting.ts';
import type { Stage } from './stage.ts';
import { openStart } from './start-server.ts';
import { supervise } from './supervisor.ts';

/** Without a terminal to draw on: says where everything is, and what to try; a signal ends it. */
export async function stay(stage: Stage): Promise<never> {
  const { rig } = stage;
  const office = await setUp(stage);
  const feed = new Feed(rig);
  await feed.follow();
  await openStart(stage, office, feed);
  const keys = join(stage.dir, 'type-here');
  execFileSync('mkfifo', ['-m', '600', keys]);
  // Opened for both, so that it does not end with the first who writes to it; and never waited for, so that we can end.
  const fd = openSync(keys, constants.O_RDWR | constants.O_NONBLOCK);
  new Socket({ fd, readable: true, writable: false }).on('data', typed =>
    rig.type(typed.toString('latin1').replaceAll(/[^0-9*#]/g, '')),
  );
  stage.mails.heard = mail => void process.stdout.write(`\n${mailLines(mail).join('\n')}\n`);
  process.stdout.write(`${signpost(stage, keys, await allTold(office)).join('\n')}\n`);
  await supervise(stage, () => feed.follow());
  return await new Promise<never>(() => {});
}

function signpost(stage: Stage, keys: string, told: readonly Told[]): readonly string[] {
  const { rig, relay, tokenFile } = stage;
  const code = told[0]?.code ?? '';
  return [
    `SmartBox demo: begin in a browser at ${stage.startUrl}`,
    '',
    'A relay, and a box with four slots that is enrolled at it, run on this machine.',
    ...addresses(stage).map(line => `  ${line}`),
    `  keypad   ${keys}   (what is written there is typed)`,
    `  lines    ${rig.lines.dir}   (lock/N, door/N, presence/N: 0 or 1)`,
    `  control  ${rig.socket}`,
    '',
    'Booked by the API, and on the box:',
    ...told.map(each => `  ${toldLine(each)}`),
    '',
    'A first thing to try, in another shell: Ann types her code, and the relay hears of it.',
    `  export SMARTBOX_SOCKET=${rig.socket}`,
    '  node_modules/.bin/node dist/smartbox.js watch &',
    `  echo '${code}#' > ${keys}`,
    `  curl -s -H "Authorization: Bearer $(cat ${tokenFile})" '${relay.url}/api/v1/events'`,
    '',
    `Or assign a vehicle on ${stage.fleetio.url}: the driver's mail is shown here, and its code opens the box.`,
    '',
    'Ctrl-C or SIGTERM stops it all and leaves nothing behind.',
  ];
}
