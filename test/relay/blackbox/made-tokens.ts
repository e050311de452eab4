/** Tokens made as the command line makes them, without a process for each: what tests need many of, and do not look at. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { RelayRig } from '../../../scripts/rig/relay-rig.ts';
import { silent } from '../../../src/base/log.ts';
import { ensureFirstAccount, firstAccount } from '../../../src/relay/domain/accounts.ts';
import { readScopes } from '../../../src/relay/http/api/scopes.ts';
import { createToken } from '../../../src/relay/http/api/tokens.ts';
import { openSqliteStore } from '../../../src/relay/store/sqlite.ts';

/** A token for each list of scopes, in the database of a relay that runs on SQLite; `account`: whose they are. */
export async function madeTokens(
  rig: RelayRig,
  wanted: readonly (readonly string[])[],
  account: string = firstAccount,
): Promise<readonly string[]> {
  const store = await openSqliteStore({ file: join(rig.data, 'relay.db'), log: silent });
  const deed = { random: randomBytes, nowMs: Date.now(), who: 'command line' };
  try {
    return await store.write(async tx => {
      await ensureFirstAccount(tx, deed.nowMs);
      const tokens: string[] = [];
      for (const list of wanted) {
        const { scopes } = readScopes(list);
        tokens.push(await createToken(tx, { account, name: 'test', scopes }, deed));
      }
      return tokens;
    });
  } finally {
    await store.close();
  }
}
