import assert from 'node:assert/strict';
import { test } from 'node:test';
import { em4100Ascii } from '../../../../src/box/adapters/serial/em4100-ascii.ts';
import { frame, push, wake } from './decoded.ts';

const tag = '100086F444';
const other = '0D0011223A';

test('the frame of the field is a tag; with CR LF too; in lower case too', () => {
  for (const text of ['\x02100086F44426\x03', '\x02100086F44426\r\n\x03', '\x02100086f44426\x03']) {
    const decoder = em4100Ascii.decoder();
    assert.deepEqual(push(decoder, text), [`+${tag}`]);
  }
});

test('a frame in pieces is a frame, however the pieces fall', () => {
  const text = frame(tag, '\r\n');
  for (let cut = 0; cut <= text.length; cut += 1) {
    const decoder = em4100Ascii.decoder();
    assert.deepEqual(
      [...push(decoder, text.slice(0, cut)), ...push(decoder, text.slice(cut), 30)],
      [`+${tag}`],
    );
  }
});

const wrong: readonly (readonly [branch: string, text: string])[] = [
  ['outside', '100086F44426\x03'],
  ['begun-anew', '\x02100086\x02F44426\x03'],
  ['not-hex', '\x02100086G44426\x03'],
  ['too-short', '\x02100086F444\x03'],
  ['too-long', '\x02100086F444260\x03'],
  ['too-long', '\x02100086F44426\r\n\r\x03'],
  ['checksum', '\x02100086F44427\x03'],
  ['zero', '\x02000000000000\x03'],
  ['zero', '\x02100000000010\x03'],
];

for (const [branch, text] of wrong)
  test(`${JSON.stringify(text)} is no tag: ${branch}; the frame after it is`, () => {
    const decoder = em4100Ascii.decoder();
    assert.deepEqual(push(decoder, text), []);
    assert.ok((decoder.tally.rejected[branch] ?? 0) > 0, JSON.stringify(decoder.tally.rejected));
    assert.deepEqual(push(decoder, frame(tag)), [`+${tag}`]);
  });

test('ends of lines between frames are in order', () => {
  const decoder = em4100Ascii.decoder();
  assert.deepEqual(push(decoder, `${frame(tag)}\r\n${frame(other)}\r\n`), [`+${tag}`, `+${other}`]);
  assert.deepEqual(
    Object.values(decoder.tally.rejected).filter(count => count > 0),
    [],
  );
});

test('a frame whose rest comes too late is dropped', () => {
  const decoder = em4100Ascii.decoder();
  push(decoder, '\x02100086');
  assert.deepEqual(push(decoder, 'F44426\x03', 200), []);
  assert.equal(decoder.tally.rejected['too-slow'], 1);
});

test('a held tag arrives once, leaves a second after its last repeat, and arrives again', () => {
  const decoder = em4100Ascii.decoder();
  assert.deepEqual(push(decoder, frame(tag), 0), [`+${tag}`]);
  assert.deepEqual(push(decoder, frame(tag), 50), [`=${tag}`], 'and says once that it came again');
  for (let at = 100; at <= 5_000; at += 50) assert.deepEqual(push(decoder, frame(tag), at), []);
  assert.deepEqual(wake(decoder, 5_999), []);
  assert.equal(decoder.wakeAt, 6_000);
  assert.deepEqual(wake(decoder, 6_000), [`-${tag}`]);
  assert.deepEqual(push(decoder, frame(tag), 6_999), [], 'within 2 s of having been seen');
  assert.deepEqual(push(decoder, frame(tag), 7_000), [`+${tag}`]);
  assert.deepEqual(push(decoder, frame(tag), 7_050), [`=${tag}`]);
});

test('two frames within 2 s are a tag that came again, whatever came between them', () => {
  const decoder = em4100Ascii.decoder();
  assert.deepEqual(push(decoder, frame(tag), 0), [`+${tag}`]);
  assert.deepEqual(push(decoder, frame(other), 900), [`+${other}`]);
  assert.deepEqual(push(decoder, frame(tag), 1_999), [`-${tag}`, `-${other}`, `=${tag}`]);
  assert.deepEqual(push(decoder, frame(other), 2_901), [`+${other}`], '2 s later it is one frame again');
});

test('a reader that sends once: a second tap after 2 s is a second arrival, even unwoken', () => {
  const decoder = em4100Ascii.decoder();
  assert.deepEqual(push(decoder, frame(tag, '\r\n'), 0), [`+${tag}`]);
  assert.deepEqual(push(decoder, frame(tag, '\r\n'), 2_000), [`-${tag}`, `+${tag}`]);
});

test('a tag that flickers at the edge of the field neither leaves nor arrives anew', () => {
  const decoder = em4100Ascii.decoder();
  push(decoder, frame(tag), 0);
  for (let at = 900; at < 9_000; at += 900) {
    assert.deepEqual(push(decoder, frame(tag), at), at === 900 ? [`=${tag}`] : []);
    assert.deepEqual(wake(decoder, at + 899), []);
  }
});

test('two tags on one ring arrive once each', () => {
  const decoder = em4100Ascii.decoder();
  const seen: string[] = [];
  for (let at = 0; at < 1_000; at += 100)
    seen.push(...push(decoder, frame(tag), at), ...push(decoder, frame(other), at + 50));
  assert.deepEqual(seen, [`+${tag}`, `+${other}`, `=${tag}`, `=${other}`]);
  assert.deepEqual(wake(decoder, 5_000), [`-${tag}`, `-${other}`]);
  assert.equal(decoder.held, 0);
  assert.equal(decoder.wakeAt, null);
});

test('a fifth tag crowds out the first; a stream of new ones is a flood', () => {
  const decoder = em4100Ascii.decoder();
  const many = Array.from({ length: 100 }, (_, at) =>
    frame(`01000000${(at + 16).toString(16).toUpperCase()}`),
  );
  const seen = push(decoder, many.join(''));
  assert.equal(seen.filter(one => one.startsWith('+')).length, 8);
  assert.equal(seen.filter(one => one.startsWith('-')).length, 4);
  assert.equal(decoder.tally.rejected.flood, 92);
  assert.ok(decoder.held <= em4100Ascii.heldMax);
});
