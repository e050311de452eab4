/** What every `Link` does, whatever is behind it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import type { Link, LinkHandlers, OpenLink } from '../../../src/wire/mqtt/link.ts';
import { payloadMaxBytes } from '../../../src/wire/topics.ts';
import { Heard, text, until } from './heard.ts';

/** A broker, with the link that is tried and another one that is with the same broker. */
export interface Stage {
  readonly subject: OpenLink;
  readonly peer: OpenLink;
  /** Topics that the subject may subscribe and the peer may publish, and the other way round. */
  readonly toSubject: string;
  readonly fromSubject: string;
  /** A topic that the subject may retain and the peer may subscribe. */
  readonly state: string;
  readonly subjectId: string;
  close(): Promise<void>;
}

interface Scene {
  readonly stage: Stage;
  readonly link: Link;
  readonly heard: Heard;
  readonly peer: Link;
  readonly peerHeard: Heard;
}

export function linkContract(open: () => Promise<Stage>): void {
  /** Both connected; the peer hears what the subject publishes and what it retains. */
  const scene = async (play: (scene: Scene) => Promise<void>, handle?: LinkHandlers['message']) => {
    const stage = await open();
    const [heard, peerHeard] = [new Heard(handle), new Heard()];
    const subscriptions = [stage.fromSubject, stage.state];
    const peer = stage.peer({ clientId: 'peer', subscriptions }, peerHeard);
    await until(() => peerHeard.connects === 1);
    const state = { topic: stage.state, here: () => Buffer.from('here'), gone: Buffer.from('gone') };
    const link = stage.subject({ clientId: stage.subjectId, subscriptions: [stage.toSubject], state }, heard);
    try {
      await until(() => heard.connects === 1);
      await play({ stage, link, heard, peer, peerHeard });
    } finally {
      await link.close();
      await peer.close();
      await stage.close();
    }
  };

  test('messages go both ways, in order', () =>
    scene(async ({ stage, link, heard, peer, peerHeard }) => {
      assert.equal(link.up, true);
      const texts = Array.from({ length: 50 }, (_, n) => `message ${n}`);
      await Promise.all([
        ...texts.map(each => link.publish(stage.fromSubject, text(each))),
        ...texts.map(each => peer.publish(stage.toSubject, text(each))),
      ]);
      await until(() => heard.messages.length >= 50 && peerHeard.on(stage.fromSubject).length >= 50);
      assert.deepEqual(heard.on(stage.toSubject), texts);
      assert.deepEqual(peerHeard.on(stage.fromSubject), texts);
    }));

  test('the largest payload arrives whole, a larger one is refused', () =>
    scene(async ({ stage, link, heard, peer }) => {
      const largest = 'x'.repeat(payloadMaxBytes);
      await peer.publish(stage.toSubject, text(largest));
      await until(() => heard.messages.length === 1);
      assert.equal(heard.on(stage.toSubject)[0], largest);
      await link.publish(stage.fromSubject, text(largest));
      await assert.rejects(link.publish(stage.fromSubject, text(`${largest}x`)), { code: 'too-large' });
    }));

  test('what is retained is there for whoever comes later', () =>
    scene(async ({ stage, link, peerHeard }) => {
      await until(() => peerHeard.on(stage.state).includes('here'));
      await link.publish(stage.state, text('busy'), { retain: true });
      const late = new Heard();
      const other = stage.peer({ clientId: 'late', subscriptions: [stage.state] }, late);
      await until(() => late.on(stage.state).length > 0);
      assert.deepEqual(late.on(stage.state), ['busy']);
      await other.close();
    }));

  test('a goodbye publishes no will, and nothing comes after it', () =>
    scene(async ({ stage, link, heard, peer, peerHeard }) => {
      await until(() => peerHeard.on(stage.state).length === 1);
      await link.close();
      await peer.publish(stage.toSubject, text('too late'));
      await new Promise(resolve => setTimeout(resolve, 50));
      assert.deepEqual(peerHeard.on(stage.state), ['here']);
      assert.deepEqual([heard.messages.length, heard.reasons.length, link.up], [0, 0, false]);
      await assert.rejects(link.publish(stage.fromSubject, text('x')), { code: 'link-down' });
    }));

  test('a slow handler gets one message at a time', async () => {
    let [now, most, finished] = [0, 0, 0];
    const slow = async (): Promise<void> => {
      most = Math.max(most, ++now);
      await new Promise(resolve => setImmediate(resolve));
      now -= 1;
      finished += 1;
    };
    await scene(async ({ stage, heard, peer }) => {
      for (let n = 0; n < 100; n += 1) void peer.publish(stage.toSubject, text(`${n}`)).catch(() => {});
      await until(() => finished === 100);
      assert.equal(most, 1);
      assert.deepEqual(
        heard.on(stage.toSubject),
        Array.from({ length: 100 }, (_, n) => `${n}`),
      );
    }, slow);
  });

  for (const way of ['throws', 'rejects'] as const)
    test(`a handler that ${way} cuts the link, which comes back`, async () => {
      let failures = 1;
      const fail = (): Promise<void> => {
        if (failures-- <= 0) return Promise.resolve();
        if (way === 'throws') throw new Error('the disk is full');
        return Promise.reject(new Error('the disk is full'));
      };
      await scene(async ({ stage, heard, peer, peerHeard, link }) => {
        void peer.publish(stage.toSubject, text('first')).catch(() => {});
        await until(() => heard.reasons.length === 1);
        assert.match(heard.reasons[0] ?? '', /the disk is full/);
        await until(() => heard.connects === 2);
        assert.equal(link.up, true);
        await until(() => peerHeard.on(stage.state).length >= 3);
        assert.deepEqual(peerHeard.on(stage.state), ['here', 'gone', 'here']);
        await peer.publish(stage.toSubject, text('second'));
        await until(() => heard.on(stage.toSubject).includes('second'));
      }, fail);
    });

  test('a message is never handled beside one that an earlier connection brought', async () => {
    const gate = new EventTarget();
    let [now, most] = [0, 0];
    let held = true;
    const hold = async (): Promise<void> => {
      most = Math.max(most, ++now);
      if (held) await once(gate, 'open');
      now -= 1;
    };
    await scene(async ({ stage, heard, peer }) => {
      void peer.publish(stage.toSubject, text('held')).catch(() => {});
      await until(() => now === 1);
      const usurper = stage.subject({ clientId: stage.subjectId, subscriptions: [] }, new Heard());
      await new Promise(resolve => setTimeout(resolve, 50));
      await usurper.close();
      held = false;
      gate.dispatchEvent(new Event('open'));
      await until(() => now === 0 && heard.connects >= 1);
      await until(async () => {
        await peer.publish(stage.toSubject, text('again')).catch(() => {});
        return heard.on(stage.toSubject).includes('again');
      });
      assert.equal(most, 1);
    }, hold);
  });
}
