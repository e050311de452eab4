/** Manual pages, made of what the programs say of themselves. */

import { verbs } from '../../src/cli/verbs.ts';
import { verbs as relayVerbs } from '../../src/relay/app/verbs/verbs.ts';
import { manifest } from './target.ts';

export interface Page {
  readonly name: string;
  readonly section: 1 | 8;
  readonly text: string;
}

/** Troff reads a point or an apostrophe at the beginning of a line, and every backslash, as its own. */
const plain = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/gm, '\\&');

const paragraph = (text: string): string => plain(text).split('\n').join('\n.br\n');

const entry = (term: string, text: string): string => `.TP\n.B ${plain(term)}\n${paragraph(text)}\n`;

interface Content {
  readonly name: string;
  readonly section: 1 | 8;
  readonly what: string;
  readonly synopsis: readonly string[];
  /** Heading → troff. */
  readonly parts: readonly (readonly [heading: string, text: string])[];
}

function page({ name, section, what, synopsis, parts }: Content, date: Date): Page {
  const day = date.toISOString().slice(0, 10);
  const head = `.TH ${name.toUpperCase().replaceAll('-', '\\-')} ${section} ${day} "SmartBox ${manifest.version}" SmartBox\n`;
  const body: Content['parts'] = [
    ['NAME', `${plain(name)} \\- ${plain(what)}\n`],
    ['SYNOPSIS', synopsis.map(line => `.B ${plain(line)}\n`).join('.br\n')],
    ...parts,
  ];
  const text = head + body.map(([heading, content]) => `.SH ${heading}\n${content}`).join('');
  return { name, section, text };
}

const exitStatus = `${entry('0', 'Done.')}${entry('1', 'Refused, unhealthy, or the daemon is away.')}${entry('2', 'Wrong usage, or an invalid configuration.')}`;

async function technician(date: Date): Promise<Page> {
  const actions = await Promise.all(
    Object.values(verbs).map(async load => Object.values((await load()).actions)),
  );
  const list = actions.flat().map(({ usage, summary }) => entry(usage, summary));
  const more =
    'Flags stand before or after the verb. Times are ISO 8601 with an offset; durations are 30s, 90m, 24h, 7d. Whoever is in group smartbox may ask the daemon; what opens a door wants a reason, which is kept with who asked.\n';
  return page(
    {
      ...{ name: 'smartbox', section: 1, what: 'what a technician asks of a key locker' },
      synopsis: ['smartbox VERB ... [--socket PATH] [--json] [--who NAME]'],
      parts: [
        ['DESCRIPTION', plain(more)],
        ['VERBS', list.join('')],
        ['ENVIRONMENT', entry('SMARTBOX_SOCKET', 'The control socket, where no --socket is given.')],
        ['EXIT STATUS', exitStatus],
        ['FILES', entry('/run/smartbox/control.sock', 'Where the daemon is asked.')],
        ['SEE ALSO', '.BR smartboxd (8)\n'],
      ],
    },
    date,
  );
}

const daemon = (date: Date): Page =>
  page(
    {
      ...{ name: 'smartboxd', section: 8, what: 'the daemon of a key locker' },
      synopsis: [
        'smartboxd --config FILE [--check]',
        'smartboxd --config FILE --restore COPY [--who NAME] [--why TEXT]',
      ],
      parts: [
        [
          'DESCRIPTION',
          plain(
            'Decides who gets which key, opens one door, and writes down what happened, without any network. The service smartboxd runs it once /etc/smartbox/box.yaml says which line is which lock.\n',
          ),
        ],
        [
          'OPTIONS',
          [
            entry(
              '--config FILE',
              'The configuration. Unknown keys are errors; every problem is said at once.',
            ),
            entry('--check', 'Say what is wrong with it, and end.'),
            entry(
              '--restore COPY',
              'Put a backup in the place of the database, and end. One-time codes are void until sent again.',
            ),
          ].join(''),
        ],
        [
          'SIGNALS',
          [
            entry('SIGTERM', 'Locks off, and end within five seconds.'),
            entry(
              'SIGUSR2',
              'The same, as soon as nobody is at the box. An upgrade asks so; the service then starts it again.',
            ),
          ].join(''),
        ],
        ['EXIT STATUS', exitStatus],
        [
          'FILES',
          [
            entry(
              '/etc/smartbox/box.yaml',
              'The configuration. smartbox config new writes one in which every key is explained; /usr/share/doc/smartbox/examples/wiring.md shows the wiring.',
            ),
            entry('/var/lib/smartbox', 'Database, keys, backups.'),
            entry(
              '/var/lib/smartbox/idle-lines',
              'What systemd switches off when the daemon has gone, however it went.',
            ),
          ].join(''),
        ],
        ['SEE ALSO', '.BR smartbox (1)\n'],
      ],
    },
    date,
  );

const relay = (date: Date): Page =>
  page(
    {
      ...{ name: 'smartbox-relay', section: 8, what: 'keeps many key lockers in step' },
      synopsis: ['smartbox-relay [VERB] [--config FILE] [--data DIR]'],
      parts: [
        [
          'DESCRIPTION',
          plain(
            'Without a verb the relay runs, until SIGTERM. The service smartbox-relay does so with /etc/smartbox-relay/relay.yaml; verbs want the same --config, and are run as its user.\n',
          ),
        ],
        [
          'VERBS',
          Object.values(relayVerbs)
            .map(({ usage, summary }) => entry(usage, summary))
            .join(''),
        ],
        ['SIGNALS', entry('SIGHUP', 'The files of certificates are read again; no connection is cut.')],
        ['EXIT STATUS', exitStatus],
        [
          'FILES',
          [
            entry(
              '/etc/smartbox-relay/relay.yaml',
              'The configuration; /usr/share/doc/smartbox-relay/examples/relay.yaml has all that can be said.',
            ),
            entry('/var/lib/smartbox-relay', 'Database, keys.'),
            entry(
              '/etc/credstore/smartbox-relay-key',
              'The key at rest, where it is to be a credential of systemd.',
            ),
          ].join(''),
        ],
      ],
    },
    date,
  );

export const boxPages = async (date: Date): Promise<readonly Page[]> => [
  await technician(date),
  daemon(date),
];
export const relayPages = (date: Date): readonly Page[] => [relay(date)];
