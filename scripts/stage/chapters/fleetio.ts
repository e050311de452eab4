import { until } from '../../rig/until.ts';
import { connectFleetio, linkVehicle } from '../connecting.ts';
import { displayLine } from '../display.ts';
import { hangsBack, takes } from '../driver.ts';
import type { Assignment } from '../fleetio.ts';
import { codeIn, type Mail, mailLines } from '../mailbox.ts';
import { ben } from '../people.ts';
import type { Chapter, Tale } from '../tale.ts';

/** People and vehicles of the sandbox. */
const ada = { id: 701, mail: 'ada@example.com' };
const bo = { id: 702, mail: 'bo@example.com' };
const van = { id: 302, name: ben.van, slot: ben.slot };
const shiftHours = 8;

/** A fleet manager who lives in Fleetio and never opens anything else. */
export function fleetioChapter(): Chapter {
  const story = new Story();
  return {
    title: 'Fleetio: assign a vehicle, the driver gets the key',
    scenes: [
      { title: 'The administrator connects a Fleetio account; each token is tried.', play: connected },
      { title: `${van.name} is linked to its key.`, play: linked },
      {
        title: `The fleet manager assigns ${van.name} to Ada, in Fleetio.`,
        play: tale => story.assigned(tale),
      },
      { title: 'Ada types the code of the mail.', play: tale => story.taken(tale) },
      { title: 'The assignment in Fleetio says all of it.', play: tale => story.filled(tale) },
      {
        title: 'The vehicle is assigned to Bo instead, while Ada drives.',
        play: tale => story.reassigned(tale),
      },
      { title: 'Ada brings the key back, and tries her code again.', play: tale => story.dead(tale) },
      {
        title: 'The assignment is deleted in Fleetio before Bo has come.',
        play: tale => story.deleted(tale),
      },
    ],
  };
}

async function connected(tale: Tale): Promise<string> {
  await tale.stage.startFleetio();
  const { integration, verdict } = await connectFleetio(tale.stage, tale.office);
  tale.integration = integration;
  const { apiKey, accountToken, webhookKey, fields } = verdict;
  const said = `API key ${apiKey.state}, account token ${accountToken.state}, webhook key ${webhookKey.state}`;
  if (apiKey.state !== 'right' || accountToken.state !== 'right') throw new Error(said);
  return `${said}; custom fields: ${Object.values(fields ?? {})
    .map(each => `${each.label} ${each.state}`)
    .join(', ')}`;
}

async function linked({ office, integration }: Tale): Promise<string> {
  const { id } = await linkVehicle(office, integration, van.name, 'automatic');
  return `vehicle ${id} has the key ${van.name}, automatic`;
}

/** A story remembers this from one scene to the next. */
class Story {
  #assignment: Assignment | null = null;
  #adasCode = '';
  #bosCode = '';

  async assigned({ stage }: Tale): Promise<string> {
    const before = stage.mails.count;
    const at = performance.now();
    this.#assignment = await stage.fleetio.assign(van.id, ada.id, shiftHours);
    const mail = await stage.mails.next(ada.mail, before);
    const ms = Math.round(performance.now() - at);
    this.#adasCode = mustTell(mail);
    return `${ms} ms later Ada has mail:${indented(mailLines(mail))}`;
  }

  async taken({ rig }: Tale): Promise<string> {
    return await takes(rig, this.#adasCode, van.slot);
  }

  async filled({ stage }: Tale): Promise<string> {
    let fields: readonly (readonly [string, string | null])[] = [];
    await until('the fields to say that the key is taken', async () => {
      fields = Object.entries(await stage.fleetio.fieldsOf(this.#made));
      return fields.some(([, text]) => /^Key taken/.test(text ?? ''));
    });
    return fields.map(([name, text]) => `${name}: ${(text ?? '').replaceAll('\n', ' ')}`).join('\n       ');
  }

  async reassigned({ stage }: Tale): Promise<string> {
    const before = stage.mails.count;
    await stage.fleetio.reassign(this.#made, bo.id, shiftHours);
    const mail = await stage.mails.next(bo.mail, before);
    this.#bosCode = mustTell(mail);
    if (this.#bosCode === this.#adasCode) throw new Error('Bo was sent Ada’s code');
    return `Bo has mail: “${mail.subject}”, with a code of his own (${this.#bosCode})`;
  }

  async dead({ rig }: Tale): Promise<string> {
    rig.type(`${this.#adasCode}#`);
    const seen = await hangsBack(rig, van.slot);
    rig.type(`${this.#adasCode}#`);
    const { reason } = await rig.sees('denied');
    return `${seen}; then: denied, ${reason}; the display says ${await displayLine(rig)}`;
  }

  async deleted({ stage, rig, office }: Tale): Promise<string> {
    const before = stage.mails.count;
    await stage.fleetio.remove(this.#made);
    const { subject } = await stage.mails.next(bo.mail, before);
    await until('the box to hear of it', () => office.isInSync());
    rig.type(`${this.#bosCode}#`);
    const { reason } = await rig.sees('denied');
    return `Bo has mail: “${subject}”; his code: denied, ${reason}`;
  }

  get #made(): Assignment {
    if (this.#assignment === null) throw new Error('nothing was assigned');
    return this.#assignment;
  }
}

/** @throws Error with the mail, where it tells no code */
function mustTell(mail: Mail): string {
  const code = codeIn(mail);
  if (code === null) throw new Error(`no code in the mail:\n${mailLines(mail).join('\n')}`);
  return code;
}

const indented = (lines: readonly string[]): string => lines.map(line => `\n         ${line}`).join('');
