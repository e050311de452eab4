import { randomBytes } from 'node:crypto';
import { exits, UsageError } from '../../../base/command-line/usage.ts';
import { shownLine } from '../../../base/plain-line.ts';
import { readScopes, type Scope, scopes } from '../../http/api/scopes.ts';
import { createToken, listTokens, revokeToken } from '../../http/api/tokens.ts';
import { accountOf } from './account-of.ts';
import type { Task, Verb } from './verb.ts';
import { withRelay } from './with-relay.ts';

const create: Verb = {
  usage: 'token create --scope SCOPE… [--name NAME] [--account ID]',
  summary: 'makes a token for the API and prints it, once; --scope admin may do everything',
  flags: ['scope', 'name', 'account'],
  repeats: ['scope'],
  positionals: [0, 0],
  async run(task) {
    const wanted = scopesOf(task);
    const name = task.text('name') ?? 'command line';
    await withRelay(task, async ({ store }) => {
      const account = await accountOf(task, store);
      const made = { random: randomBytes, nowMs: Date.now(), who: 'command line' };
      const token = await store.write(tx => createToken(tx, { account, name, scopes: wanted }, made));
      task.print(token);
      task.say(`it may: ${wanted.join(' ')}; it is not shown again`);
    });
    return exits.done;
  },
};

function scopesOf(task: Task): readonly Scope[] {
  const { scopes: wanted, unknown } = readScopes(task.values('scope'));
  const list = `Known: admin, read, ${scopes.join(', ')}.`;
  if (unknown.length > 0) throw new UsageError(`there is no scope ${unknown.join(', ')}`, list);
  if (wanted.length === 0) throw new UsageError('token create needs --scope', list);
  return wanted;
}

const list: Verb = {
  usage: 'token list [--account ID]',
  summary: 'lists tokens, a line each: id, name, last use, scopes',
  flags: ['account'],
  positionals: [0, 0],
  async run(task) {
    await withRelay(task, async ({ store }) => {
      for (const row of await listTokens(store.db, await accountOf(task, store))) {
        const used = row.used === null ? 'never used' : `used ${new Date(row.used).toISOString()}`;
        task.print(
          [row.id, shownLine(row.name), row.revoked === null ? used : 'revoked', row.scopes].join('\t'),
        );
      }
    });
    return exits.done;
  },
};

const revoke: Verb = {
  usage: 'token revoke ID [--account ID]',
  summary: 'ends a token at once',
  flags: ['account'],
  positionals: [1, 1],
  async run(task) {
    const [id = ''] = task.positionals;
    await withRelay(task, async ({ store }) => {
      const account = await accountOf(task, store);
      await store.write(tx =>
        revokeToken(tx, account, id, { random: randomBytes, nowMs: Date.now(), who: 'command line' }),
      );
      task.say(`${id} is revoked`);
    });
    return exits.done;
  },
};

export const tokenVerbs = { create, list, revoke };
