/** Home Assistant’s broker away, of which whoever runs the relay is told, but not of each short absence; and one that is slow. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { silent } from '../../../../src/base/log.ts';
import { HomeAssistant } from '../../../../src/relay/integrations/home-assistant/home-assistant.ts';
import type { RelayStore } from '../../../../src/relay/store/store.ts';
import type { LinkHandlers, OpenLink } from '../../../../src/wire/mqtt/link.ts';
import { FakeTime } from '../../../fake-time.ts';
import { boxWithKeys, houseOn } from '../../domain/house.ts';
import { onSqliteOrBoth, storeTurn } from '../../stores.ts';

async function speaking(t: TestContext, store: RelayStore, isUp = false) {
  const time = new FakeTime();
  const said: string[] = [];
  let handlers: LinkHandlers | null = null;
  let leads = true;
  const published: string[] = [];
  const held: PromiseWithResolvers<void>[] = [];
  const broker = { isSilent: false };
  const openLink: OpenLink = (_, given) => {
    handlers = given;
    const publish = (topic: string): Promise<void> => {
      published.push(topic);
      if (!topic.endsWith('/config') && !broker.isSilent) return Promise.resolve();
      const answer = Promise.withResolvers<void>();
      held.push(answer);
      return answer.promise;
    };
    const close = async (): Promise<void> => {
      for (const { reject } of held) reject(new Error('closed'));
    };
    return { up: isUp, publish, close };
  };
  const places = () => ({ prefix: 'p', topic: 't', pagesUrl: 'https://keys.example', version: '1' });
  const told = new HomeAssistant({
    ...{ store, time, log: silent, openLink, account: 'main', places, leads: () => leads },
    failing: reason => said.push(reason),
    working: () => said.push('works'),
  });
  t.after(() => told.close());
  told.start();
  const pass = async (seconds: number): Promise<void> => {
    for (let at = 0; at < seconds; at += 1) {
      time.advance(1_000);
      await storeTurn(store);
    }
  };
  await pass(1);
  const link = (): LinkHandlers => {
    assert.ok(handlers !== null);
    return handlers;
  };
  const lead = (isIt: boolean): void => {
    leads = isIt;
  };
  return { told, said, pass, link, lead, published, held, broker };
}

onSqliteOrBoth('the broker of Home Assistant', source => {
  test('away, it is told after two minutes, with the last reason, and is over when it is reached', async t => {
    const { said, pass, link } = await speaking(t, await source.fresh());
    link().lost('connection refused');
    await pass(60);
    link().lost('timed out');
    await pass(58);
    assert.deepEqual(said, [], 'a broker may be started anew');
    await pass(3);
    assert.ok(said.length > 0 && said.every(each => each === 'timed out'), said.join());
    said.length = 0;
    link().connected();
    await pass(200);
    assert.deepEqual(said, ['works']);
    link().lost('connection reset');
    await pass(100);
    assert.deepEqual(said, ['works'], 'it is away for a while of its own');
  });

  test('a device is told again where Home Assistant started while it was being told', async t => {
    const store = await source.fresh();
    const house = await houseOn(store);
    await boxWithKeys(house, 1, { id: 'depot' });
    await store.write(tx => tx.updateTable('box').set({ enrolled: house.nowMs, slots: '1' }).execute());
    const { pass, link, published, held } = await speaking(t, store, true);
    const configs = () => published.filter(topic => topic.endsWith('/config')).length;
    for (let turns = 0; held.length === 0 && turns < 100; turns += 1) await pass(1);
    assert.equal(configs(), 1);
    await link().message('p/status', Buffer.from('online'));
    held.shift()?.resolve();
    for (let turns = 0; configs() < 2 && turns < 100; turns += 1) await pass(1);
    assert.equal(configs(), 2);
    held.shift()?.resolve();
    await pass(100);
    assert.equal(configs(), 2, 'and then once is enough');
  });

  test('it is closed within a second, although its broker answers nothing', async t => {
    const store = await source.fresh();
    const house = await houseOn(store);
    await boxWithKeys(house, 1, { id: 'depot' });
    await store.write(tx => tx.updateTable('box').set({ enrolled: house.nowMs, slots: '1' }).execute());
    const { told, pass, held, broker } = await speaking(t, store, true);
    for (let turns = 0; held.length === 0 && turns < 100; turns += 1) await pass(1);
    assert.equal(held.length, 1);
    broker.isSilent = true;
    let isClosed = false;
    const closed = told.close().then(() => {
      isClosed = true;
    });
    await pass(2);
    assert.ok(isClosed);
    await closed;
  });

  test('away, it is nothing to a copy that does not speak', async t => {
    const { said, pass, link, lead } = await speaking(t, await source.fresh());
    link().lost('connection refused');
    lead(false);
    await pass(200);
    assert.deepEqual(said, []);
  });
});
