import type { Rig } from '../../test/blackbox/rig.ts';
import { Feed } from './feed.ts';
import { picture } from './picture.ts';
import { roles, type Stage, slotCount, stock } from './stage.ts';

const drawEveryMs = 150;
const ctrlC = '\x03';

/** The cabinet under somebody's hands; resolves to the exit code when they quit. */
export async function play({ rig }: Stage): Promise<number> {
  await stock(rig);
  const feed = new Feed(rig);
  await feed.follow();
  const hands = new Hands(rig, feed);
  const { stdin, stdout } = process;
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdout.write('\x1b[?25l\x1b[2J');
  try {
    await new Promise<void>((resolve, reject) => {
      const drawing = setInterval(() => draw(rig, hands, feed), drawEveryMs);
      hands.failed = reject;
      stdin.on('data', (keys: string) => {
        for (const key of keys) {
          if (key !== 'q' && key !== ctrlC) hands.press(key);
          else {
            clearInterval(drawing);
            resolve();
          }
        }
      });
    });
  } finally {
    feed.close();
    stdin.setRawMode(false);
    stdout.write('\x1b[?25h\x1b[2J\x1b[H');
  }
  return 0;
}

const draw = (rig: Rig, hands: Hands, feed: Feed): void =>
  void process.stdout.write(`\x1b[H${picture(rig, feed.events, hands.note)}\x1b[K\x1b[J`);

/** What a person can do in front of the box, a key press each. */
class Hands {
  readonly #rig: Rig;
  readonly #feed: Feed;
  #verb = '';
  #powered = true;
  note = '';
  failed: (error: unknown) => void = () => {};

  constructor(rig: Rig, feed: Feed) {
    this.#rig = rig;
    this.#feed = feed;
  }

  press(key: string): void {
    if (this.#verb !== '') this.#act(this.#verb, Number(key));
    else if (/^[0-9*#]$/.test(key)) this.#rig.type(key);
    else if (key === '\r') this.#rig.type('#');
    else if (key === 'p') this.#cutPower().catch(this.failed);
    else if (/^[dkt]$/.test(key)) {
      this.#verb = key;
      this.note = `${key === 'd' ? 'door' : key === 'k' ? 'key of slot' : 'tag of key'} … which number?`;
    }
  }

  #act(verb: string, slot: number): void {
    this.#verb = '';
    this.note = '';
    if (!(slot >= 1 && slot <= slotCount)) return;
    const { lines } = this.#rig;
    const open = lines.level('door', slot) === 1;
    if (verb === 'd') lines.door(slot, open ? 'shut' : 'open');
    else if (verb === 'k' && !open) this.note = `the door of slot ${slot} is shut`;
    else if (verb === 'k') lines.key(slot, lines.level('presence', slot) === 0 ? 'out' : 'in');
    else this.#tap(slot);
  }

  #tap(slot: number): void {
    const role = roles.find(each => each.slot === slot);
    if (role !== undefined) this.#rig.tap(role.tag);
  }

  async #cutPower(): Promise<void> {
    if (!this.#powered) return;
    this.#powered = false;
    this.note = 'the power is gone …';
    await this.#rig.stop('SIGKILL');
    await this.#rig.start();
    await this.#feed.follow();
    this.#powered = true;
    this.note = 'the power is back';
  }
}
