/** The section `cabinet` of box.yaml. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { full, parse, problemsOf } from './samples.ts';

test('a cabinet has keys, a cable that something goes through, and who is asked what', () => {
  const more =
    'keys: [{ name: Van 12, slot: 1, tag: 0F00A1B201 }], cable: { listen: 127.0.0.1:8091, to: relay.example:1883 }, relay: asked.json, restartedBy: somebody';
  const wide = full.replace('listen: 127.0.0.1:8090 }', `listen: 127.0.0.1:8090, ${more} }`);
  const through = wide.replace('mqtts://relay.example:8883', 'mqtt://127.0.0.1:8091');
  const parsed = parse(through);
  assert.deepEqual('config' in parsed && parsed.config.cabinet, {
    ...{ host: '127.0.0.1', port: 8090, keys: [{ name: 'Van 12', slot: 1, tag: '0F00A1B201' }] },
    cable: { port: 8091, to: { host: 'relay.example', port: 1883 } },
    ...{ relay: '/etc/smartbox/asked.json', restartedBy: 'somebody' },
  });
  const wrong = (from: string, to: string) => problemsOf(through.replace(from, to)).join('\n');
  assert.match(
    problemsOf(wide).join('\n'),
    /^cabinet\.cable: goes nowhere: uplink\.url must lead to its end/,
  );
  assert.match(wrong('0F00A1B201', '0f00a1b201'), /^cabinet\.keys\[0\]\.tag: must be ten hex digits/);
  assert.match(
    wrong('to: relay.example:1883', 'to: relay.example'),
    /^cabinet\.cable\.to: must be a host with/,
  );
  const twice = '}, { name: Van 12, slot: 2, tag: 0F00A1B202 }]';
  assert.match(wrong('}]', twice), /^cabinet\.keys\[1\]\.name: the name of a key Van 12 is used already/);
});

test('a cabinet on real locks is refused, and no driver of real locks takes a folder', () => {
  const on = (gpio: string) => problemsOf(full.replace('{ driver: sim, dir: /run/smartbox/gpio }', gpio));
  assert.deepEqual(on('{ driver: onoff }'), ['cabinet: is possible with gpio driver sim only']);
  for (const driver of ['auto', 'cdev', 'onoff'])
    assert.match(
      on(`{ driver: ${driver}, dir: /x }`)[0] ?? '',
      /^gpio\.dir: belongs to the sim driver only$/,
    );
});
