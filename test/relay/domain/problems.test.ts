/** A Problem that is over is news to open pages, whoever finds that it is: the badge and Today would show it for as long as a tab is open. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeAccount } from '../../../src/relay/domain/accounts.ts';
import { clearFaultsOf, clearFaultsOfKey } from '../../../src/relay/domain/box-faults.ts';
import { boxesBack } from '../../../src/relay/domain/boxes-away.ts';
import type { FollowedContext } from '../../../src/relay/domain/followers.ts';
import {
  clearProblem,
  clearProblemsOf,
  type ProblemName,
  raiseProblem,
  restateProblem,
} from '../../../src/relay/domain/problems.ts';
import { connectionWorks } from '../../../src/relay/integrations/fleetio/sync/connection-problems.ts';
import { faultWork } from '../../../src/relay/messages/box-faults.ts';
import { clearDeliveryProblems } from '../../../src/relay/messages/delivery-problems.ts';
import { onBothStores } from '../stores.ts';
import { houseOn } from './house.ts';

interface Over {
  readonly name: ProblemName;
  readonly key?: string;
  readonly fades?: number;
  readonly work: (context: FollowedContext) => Promise<unknown>;
}

const box = 'box-1';
const driver = 'd_1';

const over: readonly Over[] = [
  { name: { kind: 'jammed', subject: box }, work: c => clearProblem(c, { kind: 'jammed', subject: box }) },
  { name: { kind: 'no-address', subject: 'b_1' }, work: c => clearProblemsOf(c, ['b_1']) },
  {
    name: { kind: 'box-lost', subject: box },
    work: ({ tx, now, account }) => boxesBack(tx, [{ now, owner: { account, box } }]),
  },
  { name: { kind: 'tamper', subject: box }, work: c => clearFaultsOf(c, box) },
  {
    ...{ name: { kind: 'overdue', subject: `${box}/key/k_1` }, key: 'k_1' },
    work: c => clearFaultsOfKey(c, { box, key: 'k_1' }),
  },
  {
    ...{ name: { kind: 'lockout', subject: box }, fades: 1 },
    work: ({ tx, account, now, atRest, random }) => {
      const [fade] = Object.values(faultWork({ atRest, random }, () => ''));
      return fade?.(tx, account, now) ?? Promise.reject(new Error('nothing fades'));
    },
  },
  { name: { kind: 'phone-region', subject: driver }, work: c => changeAccount(c, { region: 'NL' }) },
  {
    name: { kind: 'fleetio-limited', subject: 'int_1' },
    work: c => connectionWorks({ ...c, integration: 'int_1', httpUrl: '' }),
  },
  {
    name: { kind: 'message-refused', subject: `${driver}/sms` },
    work: c => {
      const about = { channel: 'sms', kind: 'access', booking: null, account: c.account } as const;
      return clearDeliveryProblems(c, { ...about, driver });
    },
  },
];

onBothStores('Problems', source => {
  test('one that is over is told to open pages', async () => {
    const store = await source.fresh();
    const house = await houseOn(store);
    const heard: string[] = [];
    store.onNews(news => heard.push(...news.map(({ account, name }) => `${account} ${name}`)));
    for (const { name, key = null, fades = null, work } of over) {
      await house.act(async context => {
        await raiseProblem(context, name, 'a test', { box, key });
        await context.tx.updateTable('problem').set({ fades }).execute();
      });
      heard.length = 0;
      await house.act(work);
      const open = await store.db.selectFrom('problem').select('kind').where('cleared', 'is', null).execute();
      assert.deepEqual(open, [], name.kind);
      assert.ok(heard.includes('main problems'), name.kind);
    }
  });

  test('the detail of one that stands is what was found first, or how it is now', async () => {
    const store = await source.fresh();
    const house = await houseOn(store);
    const name = { kind: 'certificate-not-taken', subject: 'mqtt.tls' } as const;
    const detail = async (): Promise<unknown> =>
      await store.db.selectFrom('problem').select('detail').execute();
    await house.act(c => raiseProblem(c, name, 'first'));
    await house.act(c => raiseProblem(c, name, 'second'));
    assert.deepEqual(await detail(), [{ detail: 'first' }]);
    await house.act(c => restateProblem(c, name, 'third'));
    assert.deepEqual(await detail(), [{ detail: 'third' }]);
  });
});
