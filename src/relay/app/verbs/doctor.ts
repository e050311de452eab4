import { existsSync, statSync } from 'node:fs';
import net from 'node:net';
import { millis } from '../../../base/brand.ts';
import { exits } from '../../../base/command-line/usage.ts';
import { Fault } from '../../../base/fault.ts';
import { callHttp } from '../../../base/http-call.ts';
import { readBrokerUrl } from '../../../wire/mqtt/address.ts';
import type { RelayConfig } from '../../config/model.ts';
import { addressText } from '../../config/values.ts';
import { type Opened, openRelay } from '../open-store.ts';
import { ofBounces } from './doctor-bounces.ts';
import { ofCertificates } from './doctor-certificates.ts';
import { ofMessages, receiversOf, waysToTry } from './doctor-messages.ts';
import type { Finding } from './finding.ts';
import { noteDeed } from './note-deed.ts';
import type { Task, Verb } from './verb.ts';

const connectWithinMs = 3_000;
const readyMaxBytes = 65_536;

/**
 * Only looks, but for a database of an older version, which it opens as a start would, and for the test messages that it is asked
 * to send, which stand in the audit; a running relay is asked whether it can serve.
 */
export const doctor: Verb = {
  usage: 'doctor [--mail-to ADDRESS] [--sms-to NUMBER]',
  summary:
    'says what is wrong, and what to do about it; exit 1 where something is; --mail-to, --sms-to: sends one test message there',
  flags: ['mail-to', 'sms-to'],
  positionals: [0, 0],
  async run(task) {
    const receivers = receiversOf(task);
    const findings = [
      ...(await ofStore(task, waysToTry(task.config, receivers))),
      ...(await ofHttp(task.config)),
      ...(await ofBroker(task.config)),
      ...(await ofCertificates(task.config, Date.now())),
      ...(await ofMessages(task.config, receivers)),
      ...(await ofBounces(task.config)),
    ];
    for (const { level, text, hint } of findings)
      task.print(`${level}: ${text}${hint === undefined ? '' : `\n  ${hint}`}`);
    return findings.some(({ level }) => level === 'bad') ? exits.refused : exits.done;
  },
};

/** `ways`: of the test messages that are going to be sent. */
async function ofStore(task: Task, ways: readonly string[]): Promise<readonly Finding[]> {
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
    return [...rights(config), ...(await contents(opened)), ...(await noted(opened, ways))];
  } finally {
    await opened.store.close();
  }
}

/** Somebody is sent a message in the relay's name: that is seen, also where nothing can be sent after all. */
async function noted({ store }: Opened, ways: readonly string[]): Promise<readonly Finding[]> {
  if (ways.length === 0) return [];
  try {
    await noteDeed(store, { what: 'test-message', subject: 'relay', detail: ways.join(' ') });
    return [];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [{ level: 'bad', text: `the test is not in the audit: ${error.message}`, hint: error.hint }];
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
  const person = await db
    .selectFrom('person')
    .select('id')
    .where('disabled', 'is', null)
    .where('password', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return [
    { level: 'good', text: `the ${store.engine} database opens, and its key fits; boxes: ${boxes.length}` },
    ...(token === undefined && person === undefined
      ? [
          {
            level: 'warning',
            text: 'nobody can sign in, and no script has a token',
            hint: 'Open the link that the first start has printed; or smartbox-relay person create, token create --scope admin.',
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
    const { status, text } = await callHttp({
      ...{ method: 'GET', url: new URL(`http://${addressText(http.listen)}/readyz`) },
      ...{ withinMs: millis(connectWithinMs), answerMaxBytes: readyMaxBytes, longer: 'cut' },
    });
    const isReady = status >= 200 && status < 300;
    const level = isReady ? 'good' : 'bad';
    return [...plain, { level, text: `the relay at ${url} says ${text.slice(0, 300)}` }];
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
