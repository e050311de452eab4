import { audit } from './chapters/audit.ts';
import { away } from './chapters/away.ts';
import { beginning } from './chapters/beginning.ts';
import { day } from './chapters/day.ts';
import { fleetioChapter } from './chapters/fleetio.ts';
import { pages } from './chapters/pages.ts';
import { prompt } from './chapters/prompt.ts';
import type { Stage } from './stage.ts';
import { type Chapter, type Scene, Tale } from './tale.ts';

const chapters: readonly Chapter[] = [beginning, day, away, fleetioChapter(), prompt, audit, pages()];

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

/** The story, two lines for each scene. Resolves to the exit code: 0, or 1 when a scene failed. */
export async function tour(stage: Stage): Promise<number> {
  const tale = new Tale(stage);
  const began = performance.now();
  tell(
    'A day at a SmartBox, in less than a minute: a real relay, a real box; real serial bytes, lines that are files.',
  );
  for (const line of stage.replaced) tell(line);
  let number = 0;
  for (const { title, scenes } of chapters) {
    tell(`\n${title}`);
    for (const scene of scenes) {
      number += 1;
      if (!(await played(tale, scene, number))) return 1;
    }
  }
  const s = ((performance.now() - began) / 1_000).toFixed(0);
  tell(`\nThe end, after ${s} s. All of this was read off box and relay: display, lines, journal, API.`);
  return 0;
}

async function played(tale: Tale, { title, play }: Scene, number: number): Promise<boolean> {
  tell(`${String(number).padStart(3)}. ${title}`);
  try {
    tell(`       ${await play(tale)}`);
    return true;
  } catch (error) {
    tell(`       FAILED: ${error instanceof Error ? error.message : String(error)}`);
    tell(`\nThe story broke off at step ${number}: ${title}`);
    return false;
  }
}
