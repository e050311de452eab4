import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../rig/until.ts';
import type { Stage } from '../stage.ts';
import type { Chapter, Tale } from '../tale.ts';

export const audit: Chapter = {
  title: 'What is left of the day',
  scenes: [
    { title: 'The office reads the journal from the API.', play: events },
    { title: 'An auditor exports it at the box and checks it.', play: verified },
    { title: 'Somebody changes one byte of the export.', play: forgery },
  ],
};

/** Shows that the box has written every event since it belongs to the relay, line by line: none missing, none twice, none changed. */
async function events(tale: Tale): Promise<string> {
  const { rig, office } = tale;
  let lines: readonly string[] = [];
  await until('the whole journal at the relay', async () => {
    lines = await office.events();
    const journal = await rig.must(['events', 'export', '--format', 'jsonl']);
    // Its last line is a checkpoint, made for whoever asks.
    return lines.join('\n') === journal.trimEnd().split('\n').slice(tale.ownEvents, -1).join('\n');
  });
  return `${lines.length} events, each exactly once and in order, byte for byte as the box wrote them`;
}

async function verified({ stage }: Tale): Promise<string> {
  return oneLine(await verifiedJournal(stage));
}

/** Exports the journal at the box, and gives what an auditor is told of the file. @throws Error where it is not whole */
export async function verifiedJournal({ dir, rig }: Stage): Promise<string> {
  const file = join(dir, 'journal.jsonl');
  writeFileSync(file, await rig.must(['events', 'export', '--format', 'jsonl']));
  return await rig.must(['events', 'verify', file]);
}

async function forgery({ stage, rig }: Tale): Promise<string> {
  const file = join(stage.dir, 'forged.jsonl');
  const journal = await rig.must(['events', 'export', '--format', 'jsonl']);
  writeFileSync(file, journal.replace('"reason":"unknown"', '"reason":"unKnown"'));
  const { code, stdout, stderr } = await rig.cli(['events', 'verify', file]);
  if (code !== 1) throw new Error(`verify exited ${code} on a forged export`);
  return oneLine(`${stdout} ${stderr}`);
}

const oneLine = (text: string): string => text.trim().replaceAll(/\s*\n\s*/g, '; ');
