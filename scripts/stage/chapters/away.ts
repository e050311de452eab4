import { until } from '../../rig/until.ts';
import { hangsBack, takes } from '../driver.ts';
import { ann, ben, dora } from '../people.ts';
import type { Chapter, Tale } from '../tale.ts';

/** A box that was cut off tries again at random instants, further apart the longer it lasts. */
const backMs = 40_000;

export const away: Chapter = {
  title: 'The network goes away',
  scenes: [
    {
      title: 'Somebody pulls the cable of the box. The office books Ann’s van for her again.',
      play: unplugged,
    },
    { title: 'Dora, who was sent her code this morning, takes that van meanwhile.', play: offlineTake },
    { title: 'Ben brings his key back.', play: offlineReturn },
    { title: 'The cable is plugged in again.', play: plugged },
  ],
};

async function unplugged(tale: Tale): Promise<string> {
  const { stage, office } = tale;
  stage.unplug();
  await until('the relay to miss the box', async () => (await office.link()) === 'lost');
  await office.book(ann);
  await tale.becomes(ann, 'box-unreachable');
  const { status } = await office.ask('GET', `${office.pathOf(ann)}/code`);
  if (status !== 409) throw new Error(`a code that the box does not have was answered with ${status}`);
  return 'the relay says: link lost, box-unreachable; her new code is given to nobody (409)';
}

async function offlineTake(tale: Tale): Promise<string> {
  const seen = await takes(tale.rig, tale.codeOf(dora), dora.slot);
  return `${seen}; the relay knows nothing of it and says: ${await tale.office.stateOf(dora)}`;
}

async function offlineReturn(tale: Tale): Promise<string> {
  const { rig, office } = tale;
  rig.type(`${tale.codeOf(ben)}#`);
  const seen = await hangsBack(rig, ben.slot);
  return `${seen}; the relay still says: ${await office.stateOf(ben)}`;
}

async function plugged(tale: Tale): Promise<string> {
  const at = performance.now();
  tale.stage.plug();
  await tale.becomes(dora, 'taken', backMs);
  await tale.becomes(ben, 'returned');
  await tale.becomes(ann, 'on-box');
  const s = ((performance.now() - at) / 1_000).toFixed(1);
  const code = await tale.fetchCode(ann);
  return `caught up after ${s} s: Dora taken, Ben returned, the new booking on-box (${code})`;
}
