/** The program gpio-lines gives these answers, as its head tells (hardware/gpio-lines.c). */
export type Answer =
  /** The line is held, or why it cannot be had. `hasEdges` false: nothing but reading tells of a change. */
  | { readonly type: 'line'; readonly n: number; readonly dead: string | null; readonly hasEdges: boolean }
  | { readonly type: 'ready' }
  | { readonly type: 'begun' | 'ended'; readonly n: number }
  | { readonly type: 'refused' | 'stuck'; readonly n: number; readonly reason: string }
  /** `stampNs`: CLOCK_MONOTONIC of the kernel at the edge. */
  | { readonly type: 'edge'; readonly n: number; readonly level: 0 | 1; readonly stampNs: bigint }
  /** `mark`: of the command `read` that these answer, 0 before the first. Null: cannot be read. */
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

const numeric = /^\d{1,19}$/;

/** Null for what is no answer. */
export function parseAnswer(text: string): Answer | null {
  const [verb = '', first = '', second = ''] = text.split(' ');
  const rest = text.slice(verb.length + first.length + 2);
  if (verb === 'ready') return text === verb ? { type: verb } : null;
  if (text === 'error malformed') return { type: 'malformed' };
  if (!numeric.test(first)) return null;
  const n = Number(first);
  if (verb === 'levels') return levelsOf(n, rest);
  switch (verb) {
    case 'line':
      if (second === 'dead') return { type: 'line', n, dead: rest.slice('dead '.length), hasEdges: false };
      return second === 'ok' || second === 'no-edges'
        ? { type: 'line', n, dead: null, hasEdges: second === 'ok' }
        : null;
    case 'begun':
    case 'ended':
      return { type: verb, n };
    case 'refused':
    case 'stuck':
      return { type: verb, n, reason: rest };
    case 'edge':
      return edgeOf(n, rest);
    default:
      return null;
  }
}

function levelsOf(mark: number, text: string): Answer | null {
  if (!/^[01x]+$/.test(text)) return null;
  return { type: 'levels', mark, levels: [...text].map(one => (one === 'x' ? null : one === '1' ? 1 : 0)) };
}

function edgeOf(n: number, rest: string): Answer | null {
  const [level = '', stamp = ''] = rest.split(' ');
  if ((level !== '0' && level !== '1') || !numeric.test(stamp)) return null;
  return { type: 'edge', n, level: level === '1' ? 1 : 0, stampNs: BigInt(stamp) };
}
