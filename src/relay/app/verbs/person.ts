import { randomBytes } from 'node:crypto';
import { wall } from '../../../base/brand.ts';
import { exits, UsageError } from '../../../base/command-line/usage.ts';
import { Fault } from '../../../base/fault.ts';
import { readMail } from '../../../base/mail-address.ts';
import { shownLine } from '../../../base/plain-line.ts';
import { createPerson, listPeople, pageLanguages, roles } from '../../domain/account-people.ts';
import type { Context } from '../../domain/context.ts';
import { newPersonLink } from '../../domain/person-links.ts';
import { removeSecondFactor } from '../../domain/second-factor.ts';
import type { PersonTable } from '../../store/tables-people.ts';
import type { Opened } from '../open-store.ts';
import { publicUrl } from '../public-url.ts';
import { accountOf } from './account-of.ts';
import type { FlagName, Task, Verb } from './verb.ts';
import { withRelay } from './with-relay.ts';

/** Everybody: more look after no account. */
const listMax = 1_000;

const create: Verb = {
  usage: 'person create --mail ADDRESS --name NAME [--role ROLE] [--language en|nl] [--account ID]',
  summary:
    'makes somebody who signs in at /admin (administrator, unless --role says operator or auditor), and prints the link by which they choose a password, once, within 72 hours',
  flags: ['mail', 'name', 'role', 'language', 'account'],
  positionals: [0, 0],
  async run(task) {
    const person = {
      ...{ email: mustGive(task, 'mail'), name: mustGive(task, 'name') },
      role: oneOf(task, 'role', roles) ?? 'administrator',
      language: oneOf(task, 'language', pageLanguages) ?? 'en',
    };
    await withRelay(task, async opened => {
      const account = await accountOf(task, opened.store);
      const link = await inAccount(opened, account, async context => {
        const row = await createPerson(context, person);
        return await newPersonLink(context, row);
      });
      sayLink(task, link);
    });
    return exits.done;
  },
};

const list: Verb = {
  usage: 'person list [--account ID]',
  summary:
    'lists who looks after the account, a line each: id, name, mail, role, how they stand, when they were last here',
  flags: ['account'],
  positionals: [0, 0],
  async run(task) {
    await withRelay(task, async ({ store }) => {
      const account = await accountOf(task, store);
      for (const row of await listPeople({ tx: store.db, account }, { after: null, limit: listMax }))
        task.print(
          [row.id, shownLine(row.name), row.email, row.role, standingOf(row), seenOf(row)].join('\t'),
        );
    });
    return exits.done;
  },
};

const standingOf = ({ disabled, password }: PersonTable): string =>
  disabled !== null ? 'disabled' : password === null ? 'invited' : 'active';

const seenOf = ({ seen }: PersonTable): string =>
  seen === null ? 'never here' : `here ${new Date(seen).toISOString()}`;

const reset: Verb = {
  usage: 'person reset ID|ADDRESS [--account ID]',
  summary:
    'prints a link by which that person chooses another password, once, within the hour; the one of now works until then',
  flags: ['account'],
  positionals: [1, 1],
  async run(task) {
    const [who = ''] = task.positionals;
    await withRelay(task, async opened => {
      const account = await accountOf(task, opened.store);
      const link = await inAccount(opened, account, async context => {
        return await newPersonLink(context, await personNamed(context, who));
      });
      sayLink(task, link);
    });
    return exits.done;
  },
};

const twoStepOff: Verb = {
  usage: 'person two-step-off ID|ADDRESS [--account ID]',
  summary:
    'takes off the second step of signing in, for whoever has lost app and recovery codes: the password alone lets them in',
  flags: ['account'],
  positionals: [1, 1],
  async run(task) {
    const [who = ''] = task.positionals;
    await withRelay(task, async opened => {
      const account = await accountOf(task, opened.store);
      await inAccount(opened, account, async context => {
        const { id } = await personNamed(context, who);
        await removeSecondFactor(context, id);
      });
      task.say('the password alone lets them in now, until they set it up again');
    });
    return exits.done;
  },
};

/** By id or mail address. @throws Fault `not-found` */
async function personNamed(context: Context, who: string): Promise<PersonTable> {
  const reading = readMail(who);
  const mail = reading.is === 'read' ? reading.address : '';
  const people = await listPeople(context, { after: null, limit: listMax });
  const row = people.find(({ id, email }) => id === who || email === mail);
  if (row !== undefined) return row;
  throw new Fault('not-found', 'there is no such person', 'smartbox-relay person list shows them.');
}

function mustGive(task: Task, flag: FlagName): string {
  const value = task.text(flag);
  if (value !== null) return value;
  throw new UsageError(`person create needs --${flag}`, create.usage);
}

function oneOf<Word extends string>(task: Task, flag: FlagName, words: readonly Word[]): Word | null {
  const given = task.text(flag);
  const word = words.find(each => each === given);
  if (word !== undefined) return word;
  if (given === null) return null;
  throw new UsageError(`there is no ${flag} ${given}`, `Known: ${words.join(', ')}.`);
}

const inAccount = <T>(
  { store, atRest }: Opened,
  account: string,
  work: (context: Context) => Promise<T>,
): Promise<T> =>
  store.write(tx =>
    work({ tx, account, atRest, random: randomBytes, who: 'command line', now: wall(Date.now()) }),
  );

function sayLink(
  task: Task,
  { secret, expires }: { readonly secret: string; readonly expires: number },
): void {
  const { config } = task;
  task.print(`${publicUrl(config, config.http.listen.port)}/admin/in/${secret}`);
  task.say(`it works once, until ${new Date(expires).toISOString()}; it is not shown again`);
}

export const personVerbs = { create, list, reset, twoStepOff };
