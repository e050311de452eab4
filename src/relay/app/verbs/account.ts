import { randomBytes } from 'node:crypto';
import { wall } from '../../../base/brand.ts';
import { exits } from '../../../base/command-line/usage.ts';
import { shownLine } from '../../../base/plain-line.ts';
import { createAccount, ensureFirstAccount, firstAccount } from '../../domain/accounts.ts';
import type { Verb } from './verb.ts';
import { withRelay } from './with-relay.ts';

const create: Verb = {
  usage: 'account create NAME [--region CC]',
  summary: 'makes another tenant, and prints its id; region: how its phone numbers are read, NL unless told',
  flags: ['region'],
  positionals: [1, 1],
  async run(task) {
    const [name = ''] = task.positionals;
    const chosen = task.text('region');
    const wanted = { name, region: chosen ?? 'NL', isRegionChosen: chosen !== undefined && chosen !== null };
    await withRelay(task, async ({ store, atRest }) => {
      const now = wall(Date.now());
      const kit = { atRest, random: randomBytes, now, account: firstAccount, who: 'command line' };
      const { id } = await store.write(async tx => {
        await ensureFirstAccount(tx, now);
        return await createAccount({ ...kit, tx }, wanted);
      });
      task.print(id);
    });
    return exits.done;
  },
};

const list: Verb = {
  usage: 'account list',
  summary: 'lists accounts, a line each: id, name, region',
  flags: [],
  positionals: [0, 0],
  async run(task) {
    await withRelay(task, async ({ store }) => {
      const rows = await store.db
        .selectFrom('account')
        .select(['id', 'name', 'region'])
        .orderBy('created')
        .execute();
      for (const { id, name, region } of rows) task.print([id, shownLine(name), region].join('\t'));
    });
    return exits.done;
  },
};

export const accountVerbs = { create, list };
