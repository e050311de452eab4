import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { password } from '../../../scripts/rig/claim-server.ts';
import { bookingRecord, boxAtRelay, Identity, keyRecord } from '../../../scripts/rig/relay-end.ts';
import { enrolAnswerText } from '../../../src/wire/enrolment.ts';
import { Stranger } from './stranger.ts';

const code = '40718253';

const fault = (code: string) => (error: { code?: string; hint?: string }) => {
  assert.equal(error.code, code);
  assert.ok((error.hint ?? '').length > 10);
  return true;
};

describe('enroll', () => {
  test('proves the claim, keeps what it gets, comes online, and goes on so after a boot', async t => {
    const box = await Stranger.make(t);
    const done = await box.enrol(box.desk.claim());
    assert.deepEqual([done.box, done.name], [boxAtRelay, 'Yard 1']);
    const { credentials, link } = box.links[0] ?? assert.fail('no link');
    assert.equal(credentials.password.reveal(), password);
    assert.deepEqual(link.options.subscriptions, [`smartbox/1/${boxAtRelay}/down`]);
    assert.equal(statSync(join(box.rig.folder, 'relay.json')).mode & 0o777, 0o600);
    assert.equal(box.rig.state.sync.enrolled, true);
    const said = box.rig.events.at(-1);
    assert.deepEqual([said?.what, said?.who], ['enrolled', 'ada']);
    await box.reboot();
    assert.equal(box.rig.state.sync.enrolled, true);
    assert.equal(box.links[1]?.credentials.password.reveal(), password);
  });

  test('bookings made here end, but a key that is out stays returnable', async t => {
    const box = await Stranger.make(t);
    box.books('a', 'import', code);
    box.books('b', 'local', '93027164');
    box.rig.types(code);
    box.rig.visits(1, 'goes');
    const { here } = await box.enrol(box.desk.claim());
    assert.deepEqual(here.named, [
      { id: 'a', key: 'slot-1', out: true },
      { id: 'b', key: 'slot-1', out: false },
    ]);
    assert.equal(box.rig.types('93027164')?.reason, 'cancelled');
    assert.equal(box.rig.types(code)?.for, 'return');
    box.rig.visits(1, 'comes');
    assert.equal(box.rig.types(code)?.type, 'denied');
  });

  test('as another box of the same relay it begins anew; as the same one it keeps what it has', async t => {
    const box = await Stranger.make(t);
    const { synced } = box.rig.store;
    await box.enrol(box.desk.claim());
    box.books('a', 'relay', code);
    box.rig.loop.write({ type: 'bookings-changed', count: 1, who: 'relay', what: 'sync' }, () =>
      synced.stand({ epoch: 1, rev: 7 }),
    );
    await box.enrol(box.desk.claim());
    assert.deepEqual(synced.standing(), { epoch: 1, rev: 7 });
    box.desk.box = 'yard-2';
    await box.enrol(box.desk.claim());
    assert.deepEqual(synced.standing(), { epoch: 0, rev: 0 });
    assert.equal(box.rig.types(code)?.reason, 'cancelled');
    assert.equal(box.links.at(-1)?.link.options.clientId, 'yard-2');
  });

  test('a claim that is no claim, is wrong, or was used by another box', async t => {
    const box = await Stranger.make(t);
    await assert.rejects(box.enrol('hello'), fault('claim-malformed'));
    const claim = box.desk.claim();
    const wrong = claim.replace(/(?<=^.{12})./, char => (char === '2' ? '3' : '2'));
    await assert.rejects(box.enrol(wrong), fault('claim-unknown'));
    const other = await Stranger.make(t);
    await other.enrol(claim, box.desk.url);
    await assert.rejects(box.enrol(claim), fault('claim-used'));
    assert.equal(box.rig.state.sync.enrolled, false);
    assert.equal(box.links.length, 0);
  });

  test('an answer that was lost is had again with the same claim', async t => {
    const box = await Stranger.make(t);
    const claim = box.desk.claim();
    box.desk.instead = response => response.destroy();
    await assert.rejects(box.enrol(claim), fault('relay-away'));
    box.desk.instead = null;
    await box.enrol(claim);
    const [first, second] = box.desk.requests;
    assert.equal(first?.seal, second?.seal);
  });

  test('whoever stands between is found out', async t => {
    const box = await Stranger.make(t);
    const claim = box.desk.claim();
    const impostor = new Identity();
    box.desk.instead = (response, answer) => {
      const { sig: _, ...rest } = { ...answer, relayKey: impostor.key };
      response.end(JSON.stringify({ ...rest, sig: impostor.sign(enrolAnswerText(rest)) }));
    };
    await assert.rejects(box.enrol(claim), fault('other-relay'));
    box.desk.instead = (response, answer) =>
      response.end(JSON.stringify({ ...answer, broker: 'mqtt://evil.example' }));
    await assert.rejects(box.enrol(claim), fault('other-relay'));
    assert.equal(box.rig.state.sync.enrolled, false);
  });

  test('a broker that anybody on the way could listen to is taken with --plain only', async t => {
    const box = await Stranger.make(t);
    for (const broker of ['mqtt://keys.example', 'mqtt://192.168.1.4:1883', 'mqtt://[fd00::7]']) {
      box.desk.broker = broker;
      const claim = box.desk.claim();
      await assert.rejects(box.enrol(claim), fault('plain-broker'), broker);
      assert.equal(box.rig.state.sync.enrolled, false);
      await box.enrol(claim, box.desk.url, true);
      assert.equal(box.links.at(-1)?.credentials.broker, broker);
      await box.relation.unenrol({ who: 'ada', why: 'again' });
    }
    box.desk.broker = 'mqtts://keys.example';
    await box.enrol(box.desk.claim());
    assert.equal(box.rig.state.sync.enrolled, true);
  });

  test('a mistyped claim is told as one, not as an attack', async t => {
    const box = await Stranger.make(t);
    const claim = box.desk.claim();
    const other = (at: number): string => (claim[at] === '7' ? '8' : '7');
    const mistyped = (at: number): string => `${claim.slice(0, at)}${other(at)}${claim.slice(at + 1)}`;
    const reported = async (typed: string): Promise<string> => {
      const error = await box.enrol(typed).then(
        () => assert.fail(typed),
        (reason: Error) => reason,
      );
      return error.message;
    };
    assert.equal(await reported(mistyped(0)), 'the relay does not know this claim');
    assert.equal(await reported(mistyped(12)), 'the relay does not know this claim');
    for (const at of [36, 45, claim.length - 1])
      assert.match(await reported(mistyped(at)), /a letter of it is mistyped/);
    assert.equal(await reported(claim.slice(1)), 'this is no claim');
    assert.equal((await box.enrol(claim)).box, boxAtRelay, 'and the right one works still');
  });

  test('answers that are none: elsewhere, endless, a web page', async t => {
    const box = await Stranger.make(t);
    const claim = box.desk.claim();
    box.desk.instead = response => response.writeHead(302, { location: 'https://evil.example' }).end();
    await assert.rejects(box.enrol(claim), fault('relay-answer'));
    box.desk.instead = response => response.end('x'.repeat(1_000_000));
    await assert.rejects(box.enrol(claim), fault('relay-answer'));
    box.desk.instead = response => response.end('<html>');
    await assert.rejects(box.enrol(claim), fault('relay-answer'));
  });

  test('addresses that are none, or that anybody could listen to', async t => {
    const box = await Stranger.make(t);
    const claim = box.desk.claim();
    for (const relay of ['ftp://x', 'relay', 'https://me:secret@relay.example', 'http://relay.example'])
      await assert.rejects(box.enrol(claim, relay), fault('bad-relay'), relay);
    await assert.rejects(box.enrol(claim, 'http://127.0.0.1:1'), fault('relay-away'));
  });
});

describe('a file and a database that do not fit', () => {
  test('a new database takes the enrolment from the file, and asks for all', async t => {
    const box = await Stranger.make(t);
    await box.enrol(box.desk.claim());
    await box.relation.close();
    box.rig.loop.write({ type: 'enrolled', enrolled: false, who: 'x', why: 'x' }, () => {
      box.rig.store.synced.stand({ epoch: 3, rev: 9 });
      box.rig.store.synced.enrol(null);
    });
    await box.reboot();
    assert.equal(box.rig.state.sync.enrolled, true);
    assert.deepEqual(box.rig.store.synced.standing(), { epoch: 0, rev: 0 });
  });

  test('without its credentials an enrolled box says so, and imports nothing', async t => {
    const box = await Stranger.make(t);
    await box.enrol(box.desk.claim());
    const file = join(box.rig.folder, 'relay.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.slice(10));
    await box.reboot();
    assert.equal(box.rig.state.sync.enrolled, true);
    assert.match(box.relation.state.trouble ?? '', /damaged/);
    assert.equal(box.relation.state.trouble?.includes(password), false);
  });
});

test('unenroll: what the relay sent ends, what is out stays returnable, and the file is gone', async t => {
  const box = await Stranger.make(t);
  await box.enrol(box.desk.claim());
  const { rig } = box;
  const { credentials, link } = box.links[0] ?? assert.fail('no link');
  rig.relay.adopt(box.desk.identity, credentials.seal.publicKey);
  rig.relay.change([
    keyRecord('van', 1),
    bookingRecord('b-1', 'van', { code }),
    bookingRecord('b-2', 'van', { code: '93027164' }),
  ]);
  link.connect();
  for (const part of rig.relay.snapshot()) await link.receive(rig.relay.seal(part));
  rig.types(code);
  rig.visits(1, 'goes');
  await box.relation.unenrol({ who: 'ada', why: 'sold' });
  assert.equal(link.closed, true);
  assert.match(link.states.at(-1) ?? '', /"stopped"/);
  assert.equal(rig.types(code)?.for, 'return');
  rig.visits(1, 'comes');
  assert.equal(rig.types('93027164')?.reason, 'cancelled');
  assert.equal(box.relation.state.link, null);
  await assert.rejects(box.relation.unenrol({ who: 'ada', why: 'again' }), fault('not-enrolled'));
  await box.reboot();
  assert.equal(rig.state.sync.enrolled, false);
});
