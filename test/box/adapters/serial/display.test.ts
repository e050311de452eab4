import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { until } from '../../../../scripts/rig/until.ts';
import { silent } from '../../../../src/base/log.ts';
import { systemTime } from '../../../../src/base/system-time.ts';
import { openDisplay } from '../../../../src/box/adapters/serial/display.ts';
import { plainText } from '../../../../src/box/adapters/serial/plain-text.ts';
import { folder, noSocat, plug } from './socat.ts';

const skip = noSocat;
const timeout = 60_000;

function display(t: TestContext, path: string) {
  const opened = openDisplay({ path, baud: 9_600, columns: 20, rows: 4, time: systemTime, log: silent });
  t.after(() => opened.close());
  return opened;
}

const spellings: readonly (readonly [string, string])[] = [
  ['Slot 3 – take the key', 'Slot 3 - take the key'],
  ['één sleutel, Zoë’s auto', "een sleutel, Zoe's auto"],
  ['Łódź Straße Ærø Đà Nẵng', 'Lodz Strasse AEro Da Nang'],
  ['a\u00a0b\u2026', 'a b...'],
  ['van\x0c\x1b[2J\r\n\x00', 'van  [2J   '],
  ['\u200e車 €5', ' ? EUR5'],
  ['\ud83d\ude97\ud800', '? '],
  ['ﬁ ½', 'fi 1/2'],
];

for (const [text, plain] of spellings)
  test(`${JSON.stringify(text)} reads ${JSON.stringify(plain)} in ASCII`, () => {
    assert.equal(plainText(text), plain);
  });

test('a picture is sent when it changes, fitted, and not again', { skip, timeout }, async t => {
  const path = join(folder(t), 'display');
  const device = await plug(t, path);
  const shown = display(t, path);
  await shown.settled;
  shown.show(['Ready', 'x'.repeat(30), '', 'é', 'too many']);
  shown.show(['Ready', 'x'.repeat(30), '', 'é', 'too many']);
  shown.show(['Bye']);
  const picture = `\x0cReady\r\n${'x'.repeat(20)}\r\n\r\ne`;
  await until('both pictures', () => device.heard() === `${picture}\x0cBye`);
  assert.equal(shown.status().counters.decoded, 2);
  assert.equal(shown.status().up, true);
});

test('back from an unplug it shows what it should; so it does when it comes late', {
  skip,
  timeout,
}, async t => {
  const path = join(folder(t), 'display');
  const shown = display(t, path);
  shown.show(['old']);
  shown.show(['first']);
  await shown.settled;
  assert.match(shown.status().trouble ?? '', /is not there/);
  const device = await plug(t, path);
  await until('the picture', () => device.heard() === '\x0cfirst');
  await device.unplug();
  await until('down', () => !shown.status().up);
  shown.show(['second']);
  const again = await plug(t, path);
  await until('the picture', () => again.heard() === '\x0csecond');
});

test('a display that takes nothing holds up nobody, and gets the newest when it wakes', {
  skip,
  timeout,
}, async t => {
  const path = join(folder(t), 'display');
  const device = await plug(t, path);
  const shown = display(t, path);
  await shown.settled;
  device.deafen();
  const began = performance.now();
  const pictures = 20_000;
  const text = (picture: number): string => `picture ${picture}`.padEnd(20, '.');
  for (let picture = 0; picture < pictures; picture += 1) {
    shown.show([text(picture)]);
    // The pipe behind the tty fills only as the loop turns.
    if (picture % 100 === 0) await new Promise(resolve => setImmediate(resolve));
  }
  assert.ok(performance.now() - began < 20_000);
  device.listen();
  const newest = `\x0c${text(pictures - 1)}`;
  await until('the newest picture', () => device.heard().endsWith(newest), 20_000);
  assert.ok(device.heard().length < pictures * 21, 'what it was too slow for is dropped');
});
