import { setTimeout as pause } from 'node:timers/promises';
import { allTold, type Told } from './crew.ts';
import { Feed } from './feed.ts';
import { Hands } from './hands.ts';
import type { Office } from './office.ts';
import { picture } from './picture.ts';
import { setUp } from './setting.ts';
import type { Stage } from './stage.ts';
import { openStart } from './start-server.ts';
import { supervise } from './supervisor.ts';

const drawEveryMs = 150;
const askEveryMs = 500;
const rowsUsual = 40;
const columnsUsual = 80;
const ctrlC = '\x03';

/** The cabinet under somebody's hands; resolves to the exit code when they quit. */
export async function play(stage: Stage): Promise<number> {
  process.stdout.write('A relay and a box start …\r\n');
  const office = await setUp(stage);
  const feed = new Feed(stage.rig);
  await feed.follow();
  await openStart(stage, office, feed);
  supervise(stage, () => feed.follow()).catch(() => {});
  const view = new View(stage, office, feed);
  try {
    await view.show();
  } finally {
    feed.close();
  }
  return 0;
}

/** The picture, drawn anew several times a second, and the keys that are pressed before it. */
class View {
  readonly #stage: Stage;
  readonly #office: Office;
  readonly #feed: Feed;
  readonly #hands: Hands;
  #told: readonly Told[] = [];
  #link = 'up';
  #over = false;

  constructor(stage: Stage, office: Office, feed: Feed) {
    this.#stage = stage;
    this.#office = office;
    this.#feed = feed;
    this.#hands = new Hands(stage, office, feed);
  }

  async show(): Promise<void> {
    const { stdin, stdout } = process;
    stdin.setRawMode(true);
    stdin.setEncoding('utf8');
    stdout.write('\x1b[?25l\x1b[2J');
    // However this ends, the terminal is given back as it was.
    process.once('exit', () => stdout.write('\x1b[?25h\x1b[2J\x1b[H'));
    const drawing = setInterval(() => this.#draw(), drawEveryMs);
    try {
      await Promise.race([this.#quit(), this.#ask()]);
    } finally {
      this.#over = true;
      clearInterval(drawing);
      stdin.setRawMode(false);
    }
  }

  #quit(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#hands.failed = reject;
      process.stdin.on('data', (keys: string) => {
        for (const key of keys) {
          if (key === 'q' || key === ctrlC) resolve();
          else this.#hands.press(key);
        }
      });
    });
  }

  /** Asks the relay again and again what it says. */
  async #ask(): Promise<void> {
    while (!this.#over) {
      this.#link = await this.#office.link();
      this.#told = await allTold(this.#office);
      await pause(askEveryMs);
    }
  }

  #draw(): void {
    const { note } = this.#hands;
    const seen = { events: this.#feed.events, told: this.#told, link: this.#link, note };
    // A terminal may say 0, which is that it does not know.
    const rows = process.stdout.rows || rowsUsual;
    const columns = process.stdout.columns || columnsUsual;
    process.stdout.write(`\x1b[H${picture(this.#stage, { ...seen, rows, columns })}\x1b[K\x1b[J`);
  }
}
