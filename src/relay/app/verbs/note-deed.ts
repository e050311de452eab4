/** Writes into the audit what somebody does at the relay's machine, as is done for the API. */
import { randomBytes } from 'node:crypto';
import { wall } from '../../../base/brand.ts';
import { ensureFirstAccount, firstAccount } from '../../domain/accounts.ts';
import { audit } from '../../domain/audit.ts';
import type { DeedName } from '../../domain/deed-names.ts';
import type { RelayStore } from '../../store/store.ts';

interface Deed {
  readonly what: DeedName;
  readonly subject: string;
  /** Words of ours, never a name, an address or a secret. */
  readonly detail?: string;
}

/** In the first account, since it is the relay's own. @throws Fault of the store */
export const noteDeed = (store: RelayStore, { what, subject, detail }: Deed): Promise<void> =>
  store.write(async tx => {
    const now = wall(Date.now());
    await ensureFirstAccount(tx, now);
    const by = { tx, account: firstAccount, who: 'command line', random: randomBytes, now };
    await audit(by, what, subject, detail ?? null);
  });
