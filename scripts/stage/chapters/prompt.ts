import { linkVehicle } from '../connecting.ts';
import { takes } from '../driver.ts';
import { codeIn } from '../mailbox.ts';
import { admin, cleo } from '../people.ts';
import type { Chapter, Tale } from '../tale.ts';

const truck = { id: 303, name: cleo.van, slot: cleo.slot };
const chris = { id: 703, mail: 'chris@example.com', name: 'Chris', van: truck.name, slot: truck.slot };
const shiftHours = 8;

interface Asked {
  readonly id: string;
  readonly asked: boolean;
  readonly booking: object | null;
}

/** A vehicle whose bookings somebody wants to see first. */
export const prompt: Chapter = {
  title: 'Fleetio: a vehicle that asks first',
  scenes: [
    { title: `${truck.name} is linked, and set to ask. It is assigned to Chris.`, play: asked },
    { title: 'The office confirms, and creates the booking.', play: confirmed },
    {
      title: 'Chris types the code of the mail.',
      play: tale => takes(tale.rig, tale.codeOf(chris), truck.slot),
    },
  ],
};

async function asked(tale: Tale): Promise<string> {
  const { stage, office, integration } = tale;
  await linkVehicle(office, integration, truck.name, 'prompt');
  const before = stage.mails.count;
  await stage.fleetio.assign(truck.id, chris.id, shiftHours);
  const { subject } = await stage.mails.next(admin, before);
  const { asked: isAsked, booking } = await assignmentOf(tale);
  if (!isAsked || booking !== null) throw new Error('it was booked without being asked about');
  return `the office has mail: “${subject}”; nothing is booked yet`;
}

async function confirmed(tale: Tale): Promise<string> {
  const { stage, office, integration } = tale;
  const before = stage.mails.count;
  const { id } = await assignmentOf(tale);
  const wish = { driver: { email: chris.mail }, contactBy: 'mail' };
  await office.must('POST', `/integrations/${integration}/assignments/${id}/booking`, wish);
  const mail = await stage.mails.next(chris.mail, before);
  tale.told(chris, codeIn(mail) ?? '');
  return `Chris has mail: “${mail.subject}”, with the code ${tale.codeOf(chris)}`;
}

async function assignmentOf({ office, integration }: Tale): Promise<Asked> {
  const { body } = await office.must('GET', `/integrations/${integration}/vehicles/${truck.id}/assignments`);
  const [newest] = (body as { readonly items: readonly Asked[] }).items;
  if (newest === undefined) throw new Error(`the relay knows no assignment of ${truck.name}`);
  return newest;
}
