import type { Browser, Page } from 'playwright-core';
import { noBrowser, startBrowser } from '../../rig/chromium.ts';
import { Feed } from '../feed.ts';
import {
  assigns,
  cutsPower,
  mailCount,
  type Round,
  readsMail,
  returnsInTheDark,
  takesKey,
  verifies,
} from '../page-walk.ts';
import { ben } from '../people.ts';
import { openStart } from '../start-server.ts';
import { supervise } from '../supervisor.ts';
import type { Chapter, Tale } from '../tale.ts';

const round: Round = { vehicle: ben.van, slot: ben.slot, driver: 'Ada Moreno' };

/** The same with nothing but pages, in Debian's Chromium; without one it is said that nobody looked. */
export function pages(): Chapter {
  const walk = new Walk();
  const title = 'Everything again, in a browser';
  if (noBrowser !== false)
    return {
      title,
      scenes: [
        {
          title: 'Nobody looks at the pages.',
          play: async () => 'there is no Chromium here: apt-get install chromium',
        },
      ],
    };
  return {
    title,
    scenes: [
      {
        title: `A page leads to Fleetio, where ${round.vehicle} is assigned, and to the mail.`,
        play: tale => walk.told(tale),
      },
      { title: 'The code is typed on the drawn keypad, and the key pulled.', play: tale => walk.taken(tale) },
      { title: 'The network is cut, the key comes back, the network too.', play: () => walk.returned() },
      { title: 'The power is cut; the page waits until the box is back.', play: () => walk.restarted() },
      { title: 'The list has ticked itself.', play: tale => walk.done(tale) },
    ],
  };
}

/** One browser, from the first page to the last. */
class Walk {
  #browser: Browser | null = null;
  #page: Page | null = null;
  #code = '';

  async told(tale: Tale): Promise<string> {
    const { stage, office } = tale;
    const feed = new Feed(stage.rig);
    await feed.follow();
    await openStart(stage, office, feed);
    supervise(stage, () => feed.follow()).catch(() => {});
    this.#browser = await startBrowser();
    this.#page = await this.#browser.newPage();
    const before = await mailCount(this.#page, stage.startUrl);
    await assigns(this.#page, stage.startUrl, round);
    this.#code = await readsMail(this.#page, stage.startUrl, before);
    return `${stage.startUrl}; the mail says ${this.#code}`;
  }

  async taken({ stage }: Tale): Promise<string> {
    await takesKey(this.#open, stage.startUrl, this.#code, round);
    return `the page of the cabinet says: ${await this.#open.locator('#said').innerText()}`;
  }

  async returned(): Promise<string> {
    return `beside the cabinet, of the relay: ${await returnsInTheDark(this.#open, round)}`;
  }

  async restarted(): Promise<string> {
    await cutsPower(this.#open);
    return 'it was dark for a while, and is itself again';
  }

  async done({ stage }: Tale): Promise<string> {
    const said = await verifies(this.#open, stage.startUrl);
    await this.#browser?.close();
    return said;
  }

  get #open(): Page {
    if (this.#page === null) throw new Error('no page is open');
    return this.#page;
  }
}
