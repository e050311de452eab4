/** What the engine's tests begin with on the relay's side: a store that is fast and goes with the test, a connected account. */
import { existsSync as isThere, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silent } from '../../../../../src/base/log.ts';
import { openSqliteStore } from '../../../../../src/relay/store/sqlite.ts';
import type { RelayStore } from '../../../../../src/relay/store/store.ts';
import type { House } from '../../../domain/house.ts';
import { fieldLabels, keyOf, sharedKey } from './fleet-side.ts';

export { stands } from './stands.ts';

export const morning = Date.parse('2026-03-02T06:00:00Z');

const folders: string[] = [];

export async function freshStore(): Promise<RelayStore> {
  const folder = mkdtempSync(join(isThere('/dev/shm') ? '/dev/shm' : tmpdir(), 'smartbox-engine-'));
  folders.push(folder);
  return await openSqliteStore({ file: join(folder, 'relay.db'), log: silent });
}

export function forgetStores(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** An account of Fleetio's as the set-up leaves it. */
export async function connect(
  { atRest, store }: House,
  id: string,
  { settings, unsigned }: { readonly settings: object; readonly unsigned: boolean },
): Promise<void> {
  const seal = (column: string, text: string): string => atRest.seal('fleetio', `${id}/${column}`, text);
  const [instructions, link, code] = fieldLabels.map(label => ({ label, key: keyOf(label) }));
  const fields = { instructions, link, code };
  const base_url = 'http://127.0.0.1:1/api';
  await store.write(tx =>
    tx
      .insertInto('integration')
      .values({
        ...{ id, account: 'main', kind: 'fleetio', label: 'Fleet', base_url },
        ...{ api_key: seal('api_key', 'key-1'), account_token: seal('account_token', 'abc123') },
        webhook_key: unsigned ? null : seal('webhook_key', sharedKey),
        webhook_authorization: null,
        settings: JSON.stringify({ callsPerMin: 0, fields, ...settings }),
        ...{ state: 'connected', created: morning, webhook_id: '11' },
      })
      .execute(),
  );
}
