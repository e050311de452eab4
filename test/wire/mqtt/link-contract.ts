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

type Handle = LinkHandlers['message'];
type Play = (scene: Scene) => Promise<void>;

/** A part of the contract; each run gets a new one. */
interface Act {
  readonly name: string;
  readonly act: () => { readonly play: Play; readonly handle?: Handle };
}

export function linkContract(open: () => Promise<Stage>): void {
  for (const { name, act } of acts) {
    const { play, handle } = act();
    test(name, () => onStage(open, play, handle));
  }
}

/** Both connected; the peer hears what the subject publishes and what it retains. */
async function onStage(open: () => Promise<Stage>, play: Play, handle?: Handle): Promise<void> {
  const stage = await open();
  const [heard, peerHeard] = [new Heard(handle), new Heard()];
  const subscriptions = [stage.fromSubject, stage.state];
  const peer = stage.peer({ clientId: 'peer', subscriptions }, peerHeard);
  await until(() => peerHeard.connects === 1);
  const state = { topic: stage.state, here: () => text('here'), gone: text('gone') };
  const link = stage.subject({ clientId: stage.subjectId, subscriptions: [stage.toSubject], state }, heard);
  try {
    await until(() => heard.connects === 1);
    await play({ stage, link, heard, peer, peerHeard });
  } finally {
    await link.close();
    await peer.close();
    await stage.close();
  }
}

async function bothWays({ stage, link, heard, peer, peerHeard }: Scene): Promise<void> {
  assert.equal(link.up, true);
  const texts = Array.from({ length: 50 }, (_, n) => `message ${n}`);
  await Promise.all([
    ...texts.map(each => link.publish(stage.fromSubject, text(each))),
    ...texts.map(each => peer.publish(stage.toSubject, text(each))),
  ]);
  await until(() => heard.messages.length >= 50 && peerHeard.on(stage.fromSubject).length >= 50);
  assert.deepEqual(heard.on(stage.toSubject), texts);
  assert.deepEqual(peerHeard.on(stage.fromSubject), texts);
}

async function largest({ stage, link, heard, peer }: Scene): Promise<void> {
  const whole = 'x'.repeat(payloadMaxBytes);
  await peer.publish(stage.toSubject, text(whole));
  await until(() => heard.messages.length === 1);
  assert.equal(heard.on(stage.toSubject)[0], whole);
  await link.publish(stage.fromSubject, text(whole));
  await assert.rejects(link.publish(stage.fromSubject, text(`${whole}x`)), { code: 'too-large' });
}

async function retained({ stage, link, peerHeard }: Scene): Promise<void> {
  await until(() => peerHeard.on(stage.state).includes('here'));
  await link.publish(stage.state, text('busy'), { retain: true });
  const late = new Heard();
  const other = stage.peer({ clientId: 'late', subscriptions: [stage.state] }, late);
  await until(() => late.on(stage.state).length > 0);
  assert.deepEqual(late.on(stage.state), ['busy']);
  await other.close();
}

async function goodbye({ stage, link, heard, peer, peerHeard }: Scene): Promise<void> {
  await until(() => peerHeard.on(stage.state).length === 1);
  await link.close();
  await peer.publish(stage.toSubject, text('too late'));
  await new Promise(resolve => setTimeout(resolve, 50));
  assert.deepEqual(peerHeard.on(stage.state), ['here']);
  assert.deepEqual([heard.messages.length, heard.reasons.length, link.up], [0, 0, false]);
  await assert.rejects(link.publish(stage.fromSubject, text('x')), { code: 'link-down' });
}

function slow(): ReturnType<Act['act']> {
  let [now, most, finished] = [0, 0, 0];
  const handle = async (): Promise<void> => {
    most = Math.max(most, ++now);
    await new Promise(resolve => setImmediate(resolve));
    now -= 1;
    finished += 1;
  };
  const play: Play = async ({ stage, heard, peer }) => {
    for (let n = 0; n < 100; n += 1) void peer.publish(stage.toSubject, text(`${n}`)).catch(() => {});
    await until(() => finished === 100);
    assert.equal(most, 1);
    assert.deepEqual(
      heard.on(stage.toSubject),
      Array.from({ length: 100 }, (_, n) => `${n}`),
    );
  };
  return { play, handle };
}

function failing(how: (error: Error) => Promise<void>): ReturnType<Act['act']> {
  let failures = 1;
  const handle = (): Promise<void> =>
    failures-- > 0 ? how(new Error('the disk is full')) : Promise.resolve();
  const play: Play = async ({ stage, heard, peer, peerHeard, link }) => {
    void peer.publish(stage.toSubject, text('first')).catch(() => {});
    await until(() => heard.reasons.length === 1);
    assert.match(heard.reasons[0] ?? '', /the disk is full/);
    await until(() => heard.connects === 2);
    assert.equal(link.up, true);
    await until(() => peerHeard.on(stage.state).length >= 3);
    assert.deepEqual(peerHeard.on(stage.state), ['here', 'gone', 'here']);
    await peer.publish(stage.toSubject, text('second'));
    await until(() => heard.on(stage.toSubject).includes('second'));
  };
  return { play, handle };
}

function oneAtATime(): ReturnType<Act['act']> {
  const gate = new EventTarget();
  let [now, most] = [0, 0];
  let held = true;
  const handle = async (): Promise<void> => {
    most = Math.max(most, ++now);
    if (held) await once(gate, 'open');
    now -= 1;
  };
  const play: Play = async ({ stage, heard, peer }) => {
    void peer.publish(stage.toSubject, text('held')).catch(() => {});
    await until(() => now === 1);
    const usurper = stage.subject({ clientId: stage.subjectId, subscriptions: [] }, new Heard());
    await new Promise(resolve => setTimeout(resolve, 50));
    await usurper.close();
    // Time enough for a link that does not wait to come back, and to hear something.
    for (let n = 0; n < 30; n += 1) {
      void peer.publish(stage.toSubject, text('meanwhile')).catch(() => {});
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    held = false;
    gate.dispatchEvent(new Event('open'));
    await until(() => now === 0);
    await until(async () => {
      await peer.publish(stage.toSubject, text('again')).catch(() => {});
      return heard.on(stage.toSubject).includes('again');
    });
    assert.equal(most, 1);
  };
  return { play, handle };
}

const throws = (error: Error): Promise<void> => {
  throw error;
};

const acts: readonly Act[] = [
  { name: 'messages go both ways, in order', act: () => ({ play: bothWays }) },
  { name: 'the largest payload arrives whole, a larger one is refused', act: () => ({ play: largest }) },
  { name: 'what is retained is there for whoever comes later', act: () => ({ play: retained }) },
  { name: 'a goodbye publishes no will, and nothing comes after it', act: () => ({ play: goodbye }) },
  { name: 'a slow handler gets one message at a time', act: slow },
  { name: 'a handler that throws cuts the link, which comes back', act: () => failing(throws) },
  {
    name: 'a handler that rejects cuts the link, which comes back',
    act: () => failing(error => Promise.reject(error)),
  },
  { name: 'a message is never handled beside one that an earlier connection brought', act: oneAtATime },
];
