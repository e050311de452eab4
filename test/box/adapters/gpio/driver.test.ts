import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { chooseDriver, driverWords, requireGpioLines } from '../../../../src/box/adapters/gpio/driver.ts';

const dev = mkdtempSync(join(tmpdir(), 'smartbox-dev-'));
after(() => rmSync(dev, { recursive: true, force: true }));

test('auto takes the character device where there is a chip and the helper, and says why it does not', () => {
  const program = '/usr/lib/smartbox/gpio-lines';
  assert.deepEqual(chooseDriver({ dev, program }), { driver: 'onoff', why: `there is no ${dev}/gpiochip*` });
  writeFileSync(join(dev, 'gpiochip0'), '');
  assert.deepEqual(chooseDriver({ dev, program }), { driver: 'cdev', why: `${dev}/gpiochip* can be used` });
  assert.deepEqual(chooseDriver({ dev, program: null }), {
    driver: 'onoff',
    why: 'its helper gpio-lines was not built',
  });
  if (process.getuid?.() === 0) return;
  chmodSync(join(dev, 'gpiochip0'), 0);
  assert.match(chooseDriver({ dev, program }).why, /may not be opened: see their group/);
});

test('where auto has to take onoff, it says that a pull is not set', () => {
  const pulled = ['door of slot 1', 'presence of slot 1', 'tamper'];
  const onoff = { driver: 'onoff', why: 'there is no /dev/gpiochip*' } as const;
  assert.match(
    driverWords(onoff, pulled),
    /cannot set a pull \(door of slot 1 and 2 more\): set it in config.txt/,
  );
  assert.match(driverWords(onoff, ['tamper']), /cannot set a pull \(tamper\)/);
  assert.doesNotMatch(driverWords(onoff, []), /pull/);
  assert.doesNotMatch(driverWords({ driver: 'cdev', why: 'it can be used' }, pulled), /pull/);
});

test('cdev without its helper says what to do', () => {
  assert.throws(() => requireGpioLines(null), {
    code: 'line-driver',
    hint: /apt install gcc.*npm run build.*onoff/,
  });
});
