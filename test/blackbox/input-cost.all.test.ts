/** No request to a running daemon keeps anybody waiting: everything that is much, in every argument of every operation. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { Rig } from '../../scripts/rig/box-rig.ts';
import { requestMaxBytes } from '../../src/wire/control.ts';
import { goodArgs, rowsOf } from '../box/control/good-args.ts';
import { allLongTexts, longJson, mostMs, withOneReplaced, withRawReplaced } from '../long-texts.ts';
import { Turns } from '../turns/turns.ts';

let rig: Rig;
let turns: Turns;

before(async () => {
  rig = await Rig.make();
  turns = new Turns(rig.dir);
  await rig.start(turns.env);
});
after(() => rig.dispose());

/** What the daemon says to these lines, up to its end or to the first thing that happens after a while. */
function said(lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(rig.socket);
    let text = '';
    socket.on('data', chunk => {
      text += chunk.toString('utf8');
      if (text.includes('{"item"')) socket.destroy();
    });
    socket.on('error', error => (text === '' ? reject(error) : resolve(text)));
    socket.on('close', () => resolve(text));
    socket.write(lines.map(line => `${line}\n`).join(''));
  });
}

/** Alone, up to four times where it seems too much: a collection of garbage may fall into one of them. */
async function mustNotHold(what: string, lines: readonly string[]): Promise<void> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 4; round += 1) {
    await turns.longestMs();
    const text = await said(lines);
    least = Math.min(least, await turns.longestMs());
    assert.match(text, /"(?:error|done|item)"/, what);
    assert.ok(!text.includes('"internal"'), `${what}: ${text.slice(-500)}`);
    if (least < mostMs) return;
  }
  assert.fail(`${what}: a turn of ${least.toFixed(0)} ms`);
}

/** So long that a request with it, escaped, is still one that is read. */
const length = Math.floor(requestMaxBytes / 7) - 100;
const base = { version: 1, who: 'jan', why: 'a reason', rows: 0 };
/** Where nobody listens: a real host would be asked for. */
const relay = 'http://127.0.0.1:9';

const argsOf = (op: string) => (op === 'enroll' ? { ...goodArgs[op], relay } : (goodArgs[op] ?? {}));

for (const op of Object.keys(goodArgs))
  test(`${op}: every argument may be much`, async () => {
    const args = argsOf(op);
    // What is loaded at the first request of its kind is no cost of that request's text.
    await said([JSON.stringify({ ...base, op, args })]);
    for (const [shape, long] of Object.entries(allLongTexts(length)))
      for (const [path, value] of withOneReplaced(args, long))
        await mustNotHold(`${op}${path}, ${shape}`, [JSON.stringify({ ...base, op, args: value })]);
    for (const [shape, json] of Object.entries(longJson(requestMaxBytes - 1_000)))
      for (const [path, text] of withRawReplaced(args, json))
        await mustNotHold(`${op}${path}, ${shape}`, [
          `{"version":1,"who":"jan","why":"a reason","rows":0,"op":"${op}","args":${text}}`,
        ]);
  });

for (const [kind, rows] of Object.entries(rowsOf))
  test(`${kind}.import: every member of a row may be much`, async () => {
    const [row] = rows;
    const request = JSON.stringify({ ...base, op: `${kind}.import`, args: {}, rows: 1 });
    for (const [shape, long] of Object.entries(allLongTexts(length)))
      for (const [path, value] of withOneReplaced(row, long))
        await mustNotHold(`${kind}${path}, ${shape}`, [request, JSON.stringify(value)]);
    for (const [shape, json] of Object.entries(longJson(length)))
      for (const [path, text] of withRawReplaced(row, json))
        await mustNotHold(`${kind}${path}, ${shape}`, [request, text]);
  });

test('and the keypad still opens', async () => {
  await rig.must(['bookings', 'list']);
  assert.equal(rig.daemon.running, true);
});
