/**
 * What others hear of a link that breaks, with any broker: each connection that was let in leaves its will, once, before anything
 * that the next one says. A will cannot be lost: the broker has it from the CONNECT on. A birth can: a cut takes what is on its way.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FaultProxy } from '../../../scripts/rig/fault-proxy.ts';
import type { OpenLink } from '../../../src/wire/mqtt/link.ts';
import { FakeTime } from '../../fake-time.ts';
import { box, boxLinks, topics } from '../../relay/broker/stages.ts';
import { Heard, text, until } from './heard.ts';

export interface CutStage {
  /** Where boxes connect, without TLS. */
  readonly port: number;
  readonly peer: OpenLink;
  readonly peerId: string;
  close(): Promise<void>;
}

interface Scene {
  readonly proxy: FaultProxy;
  /** Of the box's link, whose births are numbered: `here 1`, `here 2` …. */
  readonly heard: Heard;
  /** Cuts at once, and resolves when the link has connected anew. */
  cut(): Promise<void>;
  /** What the peer has heard of the box. */
  said(): readonly string[];
}

const rounds = 5;
const gone = 'gone';

export function cutContract(open: () => Promise<CutStage>): void {
  test('a link that is cut when its birth was heard leaves its will, and is born again', () =>
    onStage(open, async ({ cut, said }) => {
      for (let round = 1; round <= rounds; round += 1) {
        await cut();
        await until(() => said().at(-1) === `here ${round + 1}`);
      }
      assert.deepEqual(
        said(),
        lives(() => true),
      );
    }));
  test('a link that is cut as soon as it is up may lose its birth, and leaves its will', () =>
    onStage(open, async ({ cut, said }) => {
      for (let round = 1; round <= rounds; round += 1) await cut();
      await until(() => said().at(-1) === `here ${rounds + 1}`);
      assert.deepEqual(
        said(),
        lives(birth => said().includes(birth)),
      );
    }));
  test('a connection that another takes over leaves its will before the birth of the other', () =>
    onStage(open, async ({ proxy, heard, said }) => {
      const state = { topic: topics.state, here: () => text('the other'), gone: text('the other is gone') };
      const other = boxLinks(proxy.port)({ clientId: box, subscriptions: [], state }, new Heard());
      try {
        await until(() => said().includes('the other') && heard.reasons.length === 1);
        assert.deepEqual(said(), ['here 1', gone, 'the other']);
      } finally {
        await other.close();
      }
    }));
}

/** Every connection but the last has left its will; `arrived`: whether its birth came through. */
function lives(arrived: (birth: string) => boolean): readonly string[] {
  const births = Array.from({ length: rounds + 1 }, (_, at) => `here ${at + 1}`);
  return births.flatMap((birth, at) => [...(arrived(birth) ? [birth] : []), ...(at < rounds ? [gone] : [])]);
}

async function onStage(open: () => Promise<CutStage>, play: (scene: Scene) => Promise<void>): Promise<void> {
  const stage = await open();
  const [proxy, time] = [await new FaultProxy(stage.port).listen(), new FakeTime()];
  const [heard, peerHeard] = [new Heard(), new Heard()];
  const peer = stage.peer({ clientId: stage.peerId, subscriptions: [topics.state] }, peerHeard);
  await until(() => peerHeard.connects === 1);
  const said = (): readonly string[] => peerHeard.on(topics.state);
  const state = { topic: topics.state, here: () => text(`here ${heard.connects + 1}`), gone: text(gone) };
  const options = { clientId: box, subscriptions: [topics.down], state };
  const link = boxLinks(proxy.port, { time, random: () => 0 })(options, heard);
  const cut = async (): Promise<void> => {
    const { connects } = heard;
    proxy.cut();
    await until(() => heard.reasons.length === connects && !link.up);
    await until(() => {
      time.advance(1_000);
      return heard.connects === connects + 1;
    });
  };
  try {
    await until(() => said().length === 1);
    await play({ proxy, heard, cut, said });
  } finally {
    await proxy.close();
    await link.close();
    await peer.close();
    await stage.close();
  }
}
