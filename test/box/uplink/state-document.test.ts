import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { keyName } from '../../../src/base/brand.ts';
import { statusOf } from '../../../src/box/control/ops-report.ts';
import type { BoxState } from '../../../src/box/core/model.ts';
import {
  lostDocument,
  StatePublisher,
  stoppedDocument,
  upDocument,
} from '../../../src/box/uplink/state-document.ts';
import { boxState } from '../../../src/wire/box-state.ts';
import type { Link } from '../../../src/wire/mqtt/link.ts';
import { FakeTime } from '../../fake-time.ts';
import { FakeBox } from '../control/fake-box.ts';

const read = (bytes: Uint8Array) => v.parse(boxState, JSON.parse(Buffer.from(bytes).toString('utf8')));
const standing = { epoch: 2, rev: 17 };

test('each document is as the wire has it', () => {
  const box = new FakeBox({ slots: 2 });
  const up = read(upDocument(statusOf(box), standing, 1_000));
  assert.ok(up.link === 'up');
  assert.deepEqual([up.epoch, up.rev, up.takes, up.slots.length], [2, 17, 'all', 2]);
  assert.equal(read(lostDocument).link, 'lost');
  assert.equal(read(stoppedDocument(1_000)).link, 'stopped');
});

test('a cabinet that is too large for a document tells of its slots by events alone', () => {
  const box = new FakeBox({ slots: 999 });
  const keys = box.state().keys.map(key => ({ ...key, name: keyName('k'.repeat(64)) }));
  box.become({ keys });
  const bytes = upDocument(statusOf(box), standing, 1_000);
  assert.ok(bytes.length < 48 * 1024);
  const up = read(bytes);
  assert.ok(up.link === 'up' && up.slots.length === 0);
});

test('changes are told together after some seconds, and what says nothing new is not said', () => {
  const time = new FakeTime();
  const published: string[] = [];
  const link: Link = {
    up: true,
    publish: async (_topic, payload) => void published.push(Buffer.from(payload).toString()),
    close: async () => {},
  };
  let document = '{"at":1,"n":1}';
  const publisher = new StatePublisher({
    ...{ time, box: 'yard-1', link: () => link },
    document: () => Buffer.from(document),
  });
  publisher.connected();
  const box = new FakeBox();
  const changes = (change: Partial<BoxState>): void => {
    box.become(change);
    publisher.changed(box.state());
  };
  for (let n = 0; n < 50; n += 1) changes({ slots: [...box.state().slots] });
  assert.equal(published.length, 0);
  time.advance(6_000);
  assert.equal(published.length, 1);
  document = '{"at":2,"n":1}';
  changes({ slots: [...box.state().slots] });
  time.advance(6_000);
  assert.equal(published.length, 1, 'only the time is another');
  document = '{"at":3,"n":2}';
  time.advance(600_000);
  assert.equal(published.length, 2, 'the age of the bookings moves on by itself');
});
