import { ada, FormBrowser } from '../../rig/form-browser.ts';
import { until } from '../../rig/until.ts';
import { crew, dora, vans } from '../people.ts';
import { allOnBox, enrol } from '../setting.ts';
import type { Chapter, Tale } from '../tale.ts';

export const beginning: Chapter = {
  title: 'A relay, and a box that belongs to it',
  scenes: [
    {
      title: 'A relay starts. It prints a link for its first administrator, who chooses a password.',
      play: firstPerson,
    },
    {
      title: 'The administrator makes a box; a technician switches it on and types the claim.',
      play: enrolment,
    },
    { title: 'The office makes three keys and four bookings by the API.', play: bookings },
    { title: 'Each driver is sent a code, now that the box is known to have it.', play: codes },
  ],
};

async function firstPerson(tale: Tale): Promise<string> {
  const { stage } = tale;
  await stage.startRelay();
  const browser = new FormBrowser(stage.relay);
  const { pathname } = new URL(stage.firstLink);
  const { status } = await browser.post(pathname, ada);
  if (status !== 303) throw new Error(`the link of the first start made no administrator: ${status}`);
  const page = await browser.get('/admin');
  if (!page.text.includes(ada.name)) throw new Error('the first administrator is not signed in');
  const again = await new FormBrowser(stage.relay).post(pathname, ada);
  if (again.status !== 410) throw new Error(`the link worked again: ${again.status}`);
  tale.administered(await stage.keepToken());
  return `${stage.relay.url} signed ${ada.name} in, who may do everything; the same link again: ${again.status}`;
}

async function enrolment(tale: Tale): Promise<string> {
  const { stage, office } = tale;
  await stage.switchOn();
  tale.ownEvents = (await stage.rig.events()).length;
  const said = await enrol(stage, office);
  return `${said.split(';')[0]}; the relay says: link ${await office.link()}`;
}

async function bookings({ office }: Tale): Promise<string> {
  for (const van of vans) await office.makeKey(van);
  for (const person of [...crew, dora]) await office.book(person);
  const booked = performance.now();
  await allOnBox(office);
  await until('the last one on the box', async () => (await office.stateOf(dora)) === 'on-box');
  const ms = Math.round(performance.now() - booked);
  return `on-box, four times: the box's receipt was there ${ms} ms after the last one`;
}

async function codes(tale: Tale): Promise<string> {
  const told: string[] = [];
  for (const person of [...crew, dora]) told.push(await tale.fetchCode(person));
  if (new Set(told).size !== told.length) throw new Error('two people have one code');
  return told.join(', ');
}
