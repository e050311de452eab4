import { existsSync, statSync } from 'node:fs';
import net from 'node:net';
import { Fault } from '../../base/fault.ts';
import { readBrokerUrl } from '../../wire/mqtt/address.ts';
import type { RelayConfig } from '../config/model.ts';
import { addressText } from '../config/values.ts';
import { type Opened, openRelay } from '../opened.ts';
import { exits, type Task, type Verb } from './verb.ts';

interface Finding {
  readonly level: 'good' | 'warning' | 'bad';
  readonly text: string;
  readonly hint?: string;
}

const connectWithinMs = 3_000;

/** Only looks, but for a database of an older version, which it opens as a start would; a running relay is asked for its health. */
export const doctor: Verb = {
  usage: 'doctor',
  summary: 'says what is wrong, and what to do about it; exit 1 where something is',
  flags: [],
  places: [0, 0],
  async run(task) {
    const findings = [
      ...(await ofStore(task)),
      ...(await ofHttp(task.config)),
      ...(await ofBroker(task.config)),
    ];
    for (const { level, text, hint } of findings)
      task.print(`${level}: ${text}${hint === undefined ? '' : `\n  ${hint}`}`);
    return findings.some(({ level }) => level === 'bad') ? exits.failed : exits.done;
  },
};

async function ofStore(task: Task): Promise<readonly Finding[]> {
  const { config } = task;
  if (config.store.kind === 'sqlite' && !existsSync(config.store.file))
    return [
      {
        level: 'warning',
        text: `there is no database in ${config.data} yet`,
        hint: 'The first start makes it.',
      },
    ];
  let opened: Opened;
  try {
    opened = await openRelay(config, task.log);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [{ level: 'bad', text: error.message, hint: error.hint }];
  }
  try {
    return [...rights(config), ...(await contents(opened))];
  } finally {
    await opened.store.close();
  }
}

function rights({ data, secrets }: RelayConfig): readonly Finding[] {
  const open = [data, secrets.keyFile].filter(
    path => existsSync(path) && (statSync(path).mode & 0o077) !== 0,
  );
  return open.map(path => ({
    level: 'bad',
    text: `${path} can be read by others`,
    hint: `Run chmod go= ${path}`,
  }));
}

async function contents({ store }: Opened): Promise<readonly Finding[]> {
  const { db } = store;
  const boxes = await db.selectFrom('box').select(['id', 'link', 'enrolled']).orderBy('id').execute();
  const lost = boxes.filter(({ link }) => link === 'lost').map(({ id }) => id);
  const open = await db
    .selectFrom('problem')
    .select(['kind', 'subject', 'detail'])
    .where('cleared', 'is', null)
    .limit(50)
    .execute();
  const token = await db
    .selectFrom('token')
    .select('id')
    .where('revoked', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return [
    { level: 'good', text: `the ${store.engine} database opens, and its key fits; boxes: ${boxes.length}` },
    ...(token === undefined
      ? [
          {
            level: 'warning',
            text: 'nobody has a token',
            hint: 'smartbox-relay token create --scope admin',
          } as const,
        ]
      : []),
    ...(lost.length === 0
      ? []
      : [
          {
            level: 'warning',
            text: `boxes that are not connected: ${lost.slice(0, 20).join(', ')}`,
          } as const,
        ]),
    ...open.map(
      ({ kind, subject, detail }): Finding => ({ level: 'bad', text: `${kind}: ${subject}: ${detail}` }),
    ),
  ];
}

async function ofHttp({ http }: RelayConfig): Promise<readonly Finding[]> {
  const url = http.url ?? `http://${addressText(http.listen)}`;
  const plain: readonly Finding[] =
    http.url !== null && !http.url.startsWith('https:')
      ? [
          {
            level: 'warning',
            text: `${http.url} is not encrypted`,
            hint: 'Put a proxy with TLS before it; see the manual.',
          },
        ]
      : [];
  try {
    const signal = AbortSignal.timeout(connectWithinMs);
    const answer = await fetch(`http://${addressText(http.listen)}/healthz`, { signal });
    const said = (await answer.text()).slice(0, 300);
    return [...plain, { level: answer.ok ? 'good' : 'bad', text: `the relay at ${url} says ${said}` }];
  } catch {
    return [
      ...plain,
      {
        level: 'warning',
        text: `no relay answers at ${addressText(http.listen)}`,
        hint: 'Start it, if it should run.',
      },
    ];
  }
}

async function ofBroker({ broker }: RelayConfig): Promise<readonly Finding[]> {
  if (broker === null) return [];
  const { host, port } = readBrokerUrl(broker.url);
  const open = await new Promise<boolean>(resolve => {
    const socket = net.connect({ host, port, timeout: connectWithinMs });
    const end = (good: boolean): void => {
      socket.destroy();
      resolve(good);
    };
    socket
      .once('connect', () => end(true))
      .once('error', () => end(false))
      .once('timeout', () => end(false));
  });
  return open
    ? [{ level: 'good', text: `something listens at ${broker.url}` }]
    : [
        {
          level: 'bad',
          text: `nothing listens at ${broker.url}`,
          hint: 'Start the broker; broker-config mosquitto writes its files.',
        },
      ];
}
