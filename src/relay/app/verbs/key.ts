import { randomBytes } from 'node:crypto';
import { wall } from '../../../base/brand.ts';
import { exits } from '../../../base/command-line/usage.ts';
import { firstAccount } from '../../domain/accounts.ts';
import { audit } from '../../domain/audit.ts';
import { rotateIdentity } from '../../domain/identity.ts';
import type { Verb } from './verb.ts';
import { withRelay } from './with-relay.ts';

const rotate: Verb = {
  usage: 'key rotate',
  summary: 'makes a new signing key; boxes are led to it by the one before, dark ones when they come back',
  flags: [],
  positionals: [0, 0],
  async run(task) {
    await withRelay(task, async ({ store, atRest }) => {
      const now = wall(Date.now());
      const kit = { atRest, random: randomBytes, now, account: firstAccount, who: 'command line' };
      const { id, number } = await store.write(async tx => {
        const identity = await rotateIdentity({ ...kit, tx });
        await audit({ ...kit, tx }, 'key-rotated', identity.id);
        return identity;
      });
      task.print(id);
      task.say(`this is key number ${number}; a relay that runs takes it up by itself`);
      task.say(
        'back up now (smartbox-relay backup): boxes led to this key hear no relay restored from before it',
      );
    });
    return exits.done;
  },
};

export const keyVerbs = { rotate };
