import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Prng } from '../../../../scripts/rig/prng.ts';
import { millis, mono } from '../../../../src/base/brand.ts';
import { usualKeys } from '../../../../src/box/adapters/serial/ascii.ts';
import type { Decoder, Protocol } from '../../../../src/box/adapters/serial/decoder.ts';
import { protocols } from '../../../../src/box/adapters/serial/protocols.ts';
import { isLongRun } from '../../../seeds.ts';
import { bytes, frame, said } from './decoded.ts';
import { input, messages, pieces } from './fuzz-bytes.ts';

const seed = Number(process.env.SEED ?? 1);
const cases = isLongRun ? 4_000 : 1_500;

const wellFormed = new RegExp(
  `${String.fromCharCode(2)}([0-9A-Fa-f]{12})[\r\n]{0,2}${String.fromCharCode(3)}`,
  'g',
);

const blank = `[ \t${String.fromCharCode(2, 3)}]*`;
const entryLine = new RegExp(`^${blank}([\\d*]*#?)${blank}$`);
/** Said to be no entry, if it is none. */
const typedLine = new RegExp(`^[ \t*${String.fromCharCode(2, 3)}]*\\d`);

/** What a whole stream means, read at once and by other means than the decoders'. Only what comes first of a flood. */
const oracles: Readonly<Record<string, (stream: string) => string[]>> = {
  ascii: stream => {
    // All in one instant: behind the first byte of no key only `*` is heard.
    const [before = '', ...behind] = stream.replace(/[\r\n]/g, '').split(/[^0-9*#]/);
    const parts = [before, ...behind.map(part => part.replace(/[^*]/g, ''))];
    const said = parts
      .map((part, at) => (at === 0 || (at > 1 && parts[at - 1] === '') ? part : `!${part}`))
      .join('');
    const keys = said.replaceAll('!', '');
    if (keys.length <= 40) return [...said];
    let left = 40;
    const first = [...said].filter(one => left > 0 && (one === '!' || left-- > 0));
    return [...first, '*'];
  },
  line: stream =>
    stream
      .split(/[\r\n]/)
      .slice(0, -1)
      .map(
        text =>
          (text.length <= 64 ? entryLine.exec(text)?.[1] : undefined) ?? (typedLine.test(text) ? '!' : ''),
      )
      .filter(text => !/^#?$/.test(text))
      .slice(0, 8)
      .flatMap(text => {
        if (text === '!') return ['!'];
        const digits = text.replace(/^.*\*/, '').replace('#', '');
        return [...(text.includes('*') ? ['*'] : []), ...(digits === '' ? [] : [`line ${digits}`])];
      }),
  'em4100-ascii': stream => {
    const frames = stream.matchAll(wellFormed);
    const good = [...frames].map(([, hex = '']) => hex.toUpperCase()).filter(sound);
    const tags = good.map(hex => hex.slice(0, 10));
    const times = (at: number): number => tags.slice(0, at).filter(tag => tag === tags[at]).length;
    return tags.flatMap((tag, at) => (times(at) === 0 ? [`+${tag}`] : times(at) === 1 ? [`=${tag}`] : []));
  },
};

/** Checksum and number of a frame by arithmetic on the whole. */
function sound(hex: string): boolean {
  const all = Buffer.from(hex, 'hex');
  return all.reduce((parity, byte) => parity ^ byte, 0) === 0 && all.readUInt32BE(1) !== 0;
}

function pushed(
  protocol: Protocol,
  decoder: Decoder,
  parts: readonly Uint8Array[],
  atMs: () => number,
): string[] {
  const heard: string[] = [];
  for (const part of parts) {
    heard.push(...said(decoder.push(part, mono(atMs()))));
    assert.ok(decoder.held <= protocol.heldMax, `${protocol.name} holds ${decoder.held}`);
  }
  return heard;
}

class Reached {
  readonly #times = new Map<string, number>();

  add({ tally }: Decoder): void {
    for (const [branch, times] of Object.entries({ ...tally.passed, ...tally.rejected }))
      this.#times.set(branch, (this.#times.get(branch) ?? 0) + times);
  }

  report(t: TestContext, protocol: string): void {
    for (const [branch, times] of this.#times)
      t.diagnostic(`${protocol.padEnd(14)} ${branch.padEnd(14)} ${String(times).padStart(9)}`);
    const never = [...this.#times].filter(([, times]) => times === 0).map(([branch]) => branch);
    assert.deepEqual(never, [], `${protocol}: branches never reached`);
  }
}

/** Without pauses: what comes out is exactly what the stream says, however it is cut. */
function exact(protocol: Protocol, random: Prng, reached: Reached): void {
  const decoder = protocol.decoder();
  const stream = input(random, protocol.name);
  const heard = pushed(protocol, decoder, pieces(random, stream), () => 0);
  assert.deepEqual(heard, oracles[protocol.name]?.(Buffer.from(stream).toString('latin1')));
  assert.deepEqual(recognised(protocol, decoder), afterwards[protocol.name]?.[1], 'a message after all this');
  reached.add(decoder);
}

/** A message in order right behind anything, and what it means; for keys and lines after the pause of a person. */
const afterwards: Readonly<
  Record<string, readonly [text: string, heard: readonly string[], pauseMs: number]>
> = {
  ascii: ['*42#', ['*', '4', '2', '#'], 500],
  line: ['\n42#\n', ['line 42'], 500],
  'em4100-ascii': [frame('4242424242'), ['+4242424242'], 0],
};

function recognised(protocol: Protocol, decoder: Decoder): string[] {
  const [text = '', , pauseMs = 0] = afterwards[protocol.name] ?? [];
  // What the pause itself brings, the rest of a flood or a tag that left, is not the message.
  decoder.wake(mono(pauseMs));
  const heard = pushed(protocol, decoder, [bytes(text)], () => pauseMs);
  return protocol.name === 'line' ? heard.slice(-1) : heard;
}

const pausesMs = [0, 0, 0, 1, 20, 60, 120, 250, 1_100, 2_500, 11_000];

/** With pauses and floods, through one decoder: bounded, and no tag or line that is nowhere in the bytes. */
function long(protocol: Protocol, random: Prng, reached: Reached): void {
  const decoder = protocol.decoder(random.chance(0.5) ? { ...usualKeys, debounceMs: millis(30) } : usualKeys);
  let now = 0;
  let stream = '';
  const heard: string[] = [];
  const message = messages[protocol.name];
  for (let turn = 0; turn < 60; turn += 1) {
    const flood = random.chance(0.1) ? random.int(1, 60) : 0;
    const more = Array.from({ length: flood }, () => message?.(random) ?? '').join('');
    const next = [...input(random, protocol.name), ...bytes(more)];
    const again = random.chance(0.2) ? [...next, ...next] : next;
    stream += Buffer.from(again).toString('latin1');
    heard.push(
      ...pushed(protocol, decoder, pieces(random, again), () => {
        now += random.chance(0.1) ? random.pick(pausesMs) : 0;
        return now;
      }),
    );
    now += random.pick(pausesMs);
    if (random.chance(0.5)) heard.push(...said(decoder.wake(mono(now))));
  }
  for (const one of heard) {
    const text = one.replace(/^(line |[+=-])/, '');
    assert.ok(
      text === '*' || text === '!' || stream.toUpperCase().includes(text),
      `${one} is nowhere in the bytes`,
    );
  }
  const told = heard.filter(one => one !== '!').length;
  assert.equal(decoder.tally.decoded, told, 'the decoder tells `tally.yielded` what came out of it');
  reached.add(decoder);
}

for (const protocol of protocols)
  test(`${protocol.name}: any bytes (SEED=${seed})`, t => {
    assert.ok(oracles[protocol.name], 'a new decoder needs an oracle here');
    assert.ok(afterwards[protocol.name], 'a new decoder needs its message in `afterwards`');
    const reached = new Reached();
    for (let run = 0; run < cases; run += 1) {
      const random = new Prng(seed * 1_000_003 + run);
      try {
        exact(protocol, random, reached);
        if (run % 20 === 0) long(protocol, random, reached);
      } catch (error) {
        throw new Error(`${protocol.name}: SEED=${seed}, run ${run}`, { cause: error });
      }
    }
    reached.report(t, protocol.name);
  });

const megabyte = 1_048_576;

/** Bytes in use after everything that can be collected has been. */
function inUse(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

for (const protocol of protocols)
  for (const [what, byte] of [
    ['one digit', 0x31],
    ['nothing but zeros', 0],
    ['nothing but beginnings', 2],
  ] as const)
    test(`${protocol.name}: 4 MiB of ${what} leave no memory behind`, () => {
      const decoder = protocol.decoder();
      const part = new Uint8Array(4_096).fill(byte);
      const before = inUse();
      for (let at = 0; at < 4 * megabyte; at += part.length) decoder.push(part, mono(at / 256));
      const grown = inUse() - before;
      assert.ok(grown < megabyte, `${grown} bytes more than before`);
      assert.ok(decoder.held <= protocol.heldMax);
    });
