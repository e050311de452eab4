import { randomBytes } from 'node:crypto';
import { wall } from '../../base/brand.ts';
import { createAccount, ensureFirstAccount, firstAccount } from '../domain/accounts.ts';
import { exits, one, type Verb } from './verb.ts';
import { withRelay } from './with-relay.ts';

const create: Verb = {
  usage: 'account create NAME [--region CC]',
  summary: 'makes another tenant, and prints its id; region: how its phone numbers are read, NL unless told',
  flags: ['region'],
  places: [1, 1],
  async run(task) {
    const [name = ''] = task.places;
    const region = one(task, 'region') ?? 'NL';
    await withRelay(task, async ({ store, atRest }) => {
      const now = wall(Date.now());
      const kit = { atRest, random: randomBytes, now, account: firstAccount, who: 'command line' };
      const { id } = await store.write(async tx => {
        await ensureFirstAccount(tx, now);
        return await createAccount({ ...kit, tx }, { name, region });
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
  places: [0, 0],
  async run(task) {
    await withRelay(task, async ({ store }) => {
      const rows = await store.db
        .selectFrom('account')
        .select(['id', 'name', 'region'])
        .orderBy('created')
        .execute();
      for (const { id, name, region } of rows) task.print([id, name, region].join('\t'));
    });
    return exits.done;
  },
};

export const accountVerbs = { create, list };
