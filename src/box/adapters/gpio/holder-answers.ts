import { constants } from 'node:os';
import { getSystemErrorMessage } from 'node:util';

/** Answers of the program gpio-lines (contracts.md §2). */
export type Answer =
  /** The line is held, or why it cannot be had. */
  | { readonly type: 'line'; readonly n: number; readonly dead: string | null }
  | { readonly type: 'begun' | 'ended'; readonly n: number }
  | { readonly type: 'refused' | 'stuck'; readonly n: number; readonly reason: string }
  /** `stampNs`: CLOCK_MONOTONIC of the kernel at the edge. */
  | { readonly type: 'edge'; readonly n: number; readonly level: 0 | 1; readonly stampNs: bigint }
  /** `mark`: of the command `read` that these answer, 0 when the helper is ready. Null: cannot be read. */
  | { readonly type: 'levels'; readonly mark: number; readonly levels: readonly (0 | 1 | null)[] }
  | { readonly type: 'malformed' };

const lineMax = 8_192;

/** Cuts what comes through the pipe into answers. What is no answer is passed over: the levels are read again every second. */
export class Answers {
  #rest = '';

  push(chunk: Buffer): readonly Answer[] {
    const lines = (this.#rest + chunk.toString('latin1')).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, lineMax);
    return inOrder(lines.map(parseAnswer).filter(answer => answer !== null));
  }
}

/** Edges of several lines that waited together come line by line: their stamps say which was first. */
function inOrder(answers: readonly Answer[]): readonly Answer[] {
  const ordered: Answer[] = [];
  let run: Extract<Answer, { type: 'edge' }>[] = [];
  const flush = (): void => {
    ordered.push(...run.toSorted((a, b) => (a.stampNs < b.stampNs ? -1 : a.stampNs > b.stampNs ? 1 : 0)));
    run = [];
  };
  for (const answer of answers) {
    if (answer.type === 'edge') {
      run.push(answer);
      continue;
    }
    flush();
    ordered.push(answer);
  }
  flush();
  return ordered;
}

const { EALREADY, EBADF, ETIME, ENODEV, EMLINK, EACCES, EBUSY } = constants.errno;
/** The helper means this by these; of every other the system says what it is. */
const reasons: ReadonlyMap<number, string> = new Map([
  [EALREADY, 'busy'],
  [EBADF, 'dead'],
  [ETIME, 'late'],
  [ENODEV, 'no chip with this label'],
  [EMLINK, 'several chips have this label: name one as label@device'],
  [EACCES, 'no right to open /dev/gpiochip*, see their group'],
  [EBUSY, 'another program or driver holds this line (gpioinfo)'],
]);

const numeric = /^\d{1,19}$/;

/** Null for what is no answer. */
export function parseAnswer(text: string): Answer | null {
  if (text === 'malformed') return { type: text };
  const [verb, first = '', second = '', third = '', ...more] = text.split(' ');
  if (!numeric.test(first) || more.length > 0) return null;
  const n = Number(first);
  if (verb === 'edge') return edgeOf(n, second, third);
  if (third !== '') return null;
  return verb === 'levels' ? levelsOf(n, second) : doneOf(verb, n, second);
}

function doneOf(verb: string | undefined, n: number, text: string): Answer | null {
  if (!/^\d{1,4}$/.test(text)) return null;
  const why = Number(text);
  const reason = why === 0 ? null : (reasons.get(why) ?? getSystemErrorMessage(-why));
  switch (verb) {
    case 'line':
      return { type: verb, n, dead: reason };
    case 'begun':
      return reason === null ? { type: verb, n } : { type: 'refused', n, reason };
    case 'ended':
      return reason === null ? { type: verb, n } : { type: 'stuck', n, reason };
    default:
      return null;
  }
}

function levelsOf(mark: number, text: string): Answer | null {
  if (!/^[01x]+$/.test(text)) return null;
  return { type: 'levels', mark, levels: [...text].map(one => (one === 'x' ? null : one === '1' ? 1 : 0)) };
}

function edgeOf(n: number, level: string, stamp: string): Answer | null {
  if ((level !== '0' && level !== '1') || !numeric.test(stamp)) return null;
  return { type: 'edge', n, level: level === '1' ? 1 : 0, stampNs: BigInt(stamp) };
}
