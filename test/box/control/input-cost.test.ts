/**
 * No request to the box costs more than its length: arguments of every operation, every member of a request and of an import.
 * Every argument has every shape, at a real daemon, in `test/blackbox/input-cost.all.test.ts`.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Json } from '../../../src/base/canonical.ts';
import { Fault } from '../../../src/base/fault.ts';
import type { Call } from '../../../src/box/control/call.ts';
import { operations } from '../../../src/box/control/operations.ts';
import { type Control, openControl } from '../../../src/box/control/server.ts';
import { requestMaxBytes } from '../../../src/wire/control.ts';
import { longestTurn, longTexts, mustBeCheap, mustKeepPace, withOneReplaced } from '../../long-texts.ts';
import { FakeBox } from './fake-box.ts';
import { goodArgs, rowsOf } from './good-args.ts';

const dir = mkdtempSync(join(tmpdir(), 'smartbox-cost-'));
const path = join(dir, 'control.sock');

class BoxWithoutRelay extends FakeBox {
  override async relayClient(): Promise<never> {
    throw new Fault('no-relay', 'this box has no relay', 'Nothing is needed.');
  }
}

const box = new BoxWithoutRelay();
let control: Control;

before(async () => {
  control = await openControl({ path, box });
});
after(async () => {
  await control.close();
  rmSync(dir, { recursive: true, force: true });
});

test('the arguments of every operation are known here', () => {
  assert.deepEqual(Object.keys(goodArgs).sort(), [...operations.keys()].sort());
});

/** So long that a request with it, escaped, is still one that is read. */
const length = Math.floor(requestMaxBytes / 7) - 100;
const request = { version: 1, op: 'status', args: {}, who: 'jan', why: 'a reason', rows: 0 };

/** What the box says to one request and its rows, up to its end or to the first thing that happens after a while. */
function said(asked: unknown, rows: readonly unknown[] = []): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let text = '';
    socket.on('data', chunk => {
      text += chunk.toString('utf8');
      // What goes on for as long as its client listens is left as soon as it has begun.
      if (text.includes('{"item"')) socket.destroy();
    });
    socket.on('error', error => (text === '' ? reject(error) : resolve(text)));
    socket.on('close', () => resolve(text));
    socket.write([asked, ...rows].map(line => `${JSON.stringify(line)}\n`).join(''));
  });
}

const mustAnswer = async (what: string, asked: unknown, rows?: readonly unknown[]): Promise<void> => {
  await mustBeCheap(what, async () => {
    const text = await said(asked, rows);
    assert.match(text, /"(?:error|done|item)"/, what);
    // The store of these tests has no file that could be copied.
    if ((asked as { readonly op?: unknown }).op === 'backup') return;
    assert.ok(!text.includes('"internal"'), `${what}: ${text.slice(-500)}`);
  });
};

const wholeLine = async (text: string): Promise<void> => {
  for (const [where, value] of withOneReplaced(request, text))
    await mustAnswer(`a request’s ${where}`, value);
  await mustAnswer('a request that is a text', text);
};

test('every member of a request may be long, and costs less than 100 ms', async () => {
  for (const long of Object.values(longTexts(length))) await wholeLine(long);
});

async function everyArgument(texts: readonly string[], each: number): Promise<number> {
  let asked = 0;
  for (const [turn, long] of texts.entries())
    for (const [op, args] of Object.entries(goodArgs)) {
      for (const [which, [where, value]] of [...withOneReplaced(args ?? {}, long)].entries()) {
        if ((which + turn) % each !== 0) continue;
        await mustAnswer(`${op} ${where}, shape ${turn}`, { ...request, op, args: value });
        asked += 1;
      }
    }
  return asked;
}

test('so may arguments of every operation, some of each shape', async () => {
  assert.ok((await everyArgument(Object.values(longTexts(length)), 3)) > 150);
});

/** Not over the socket, whose lines are shorter: what a row costs is what its reading costs. */
const importing = async (kind: string, rows: readonly unknown[]): Promise<Json> => {
  const operation = operations.get(`${kind}.import`);
  assert.ok(operation !== undefined);
  const call: Call = {
    ...{ args: {}, who: 'jan', why: 'test', rowCount: rows.length, gone: new AbortController().signal },
    rows: async function* () {
      yield* rows as readonly Json[];
    },
    item: async () => {},
  };
  return await operation(call, new FakeBox());
};

for (const kind of Object.keys(rowsOf))
  test(`every member of a line of ${kind} import may be long, and costs less than 100 ms`, async () => {
    const rows = rowsOf[kind] ?? [];
    await importing(kind, rows);
    for (const [shape, long] of Object.entries(longTexts(300_000)))
      for (const row of rows)
        for (const [where, value] of withOneReplaced(row, long))
          await mustBeCheap(`${kind}${where}, ${shape}`, async () => {
            await assert.rejects(
              importing(kind, [value]),
              (error: Error & { readonly problems?: unknown }) => {
                assert.ok(
                  JSON.stringify([error.message, error.problems]).length < 3_000,
                  `${where}, ${shape}`,
                );
                return true;
              },
            );
          });
    for (const long of Object.values(longTexts(length)))
      await mustAnswer(`${kind} over the socket`, { ...request, op: `${kind}.import`, rows: 1 }, [
        { ...rows[0], [kind === 'keys' ? 'name' : 'driver']: long },
      ]);
  });

test('long requests and rows keep nobody waiting longer than short ones do', async () => {
  const busy = (texts: readonly string[]) => async (): Promise<void> => {
    await everyArgument(texts, 3);
    for (const long of texts) {
      await wholeLine(long);
      for (const [kind, rows] of Object.entries(rowsOf))
        for (const [, value] of withOneReplaced(rows[0], long))
          await importing(kind, [value]).catch(() => null);
    }
  };
  const rest = await longestTurn(busy(Object.values(longTexts(5)).slice(0, 4)));
  mustKeepPace('the box', await longestTurn(busy(Object.values(longTexts(length)).slice(0, 4))), rest);
});
