/**
 * The encrypted file of a backup. A line that says what it is and how the key is made from the passphrase (scrypt); then
 * libsodium's secretstream (XChaCha20-Poly1305) in frames, each with its length before it, the last one marked FINAL. The
 * first line is authenticated with the first frame. A file that was cut, lengthened, re-ordered or touched does not open.
 */
import { scryptSync } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import * as v from 'valibot';
import { Fault } from '../../base/fault.ts';
import { parseForeign } from '../../base/foreign-json.ts';
import { mustReadAs } from '../../wire/reading.ts';

export const frameBytes = 65_536;
const lengthBytes = 4;
const firstLineMax = 1_024;
const magic = 'smartbox-relay-backup';
/** scrypt over 128 MiB. */
const hard = { n: 131_072, r: 8 };
/** A file may ask for twice as much: nobody has proven yet that it is ours, and a small machine must survive reading it. */
const memoryMaxBytes = 256 * 1_048_576;
const memoryOf = ({ n, r }: { readonly n: number; readonly r: number }): number => 128 * n * r;
const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n));
const passphraseMin = 10;

const firstLine = v.pipe(
  v.object({
    what: v.literal(magic),
    v: v.literal(1),
    salt: v.pipe(v.string(), v.hexadecimal(), v.length(32)),
    n: v.pipe(v.number(), v.integer(), v.minValue(1_024), v.check(isPowerOfTwo)),
    r: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64)),
  }),
  v.check(head => memoryOf(head) <= memoryMaxBytes),
);
type FirstLine = v.InferOutput<typeof firstLine>;

function keyOf(passphrase: string, { salt, n, r }: FirstLine): Uint8Array {
  const length = sodium.crypto_secretstream_xchacha20poly1305_KEYBYTES;
  return scryptSync(passphrase, Buffer.from(salt, 'hex'), length, {
    N: n,
    r,
    p: 1,
    maxmem: 2 * memoryOf({ n, r }),
  });
}

/** @throws Fault `passphrase` */
export function checkPassphrase(passphrase: string): void {
  if (passphrase.length >= passphraseMin) return;
  throw new Fault(
    'passphrase',
    `the passphrase has fewer than ${passphraseMin} characters`,
    'This file opens every code and key of the relay: take a long one.',
  );
}

const frame = (sealed: Uint8Array): Buffer => {
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(sealed.length);
  return Buffer.concat([length, sealed]);
};

/** `salt`: 16 bytes of a CSPRNG. */
export async function* seal(
  plain: AsyncIterable<Uint8Array>,
  passphrase: string,
  salt: Uint8Array,
): AsyncIterable<Buffer> {
  await sodium.ready;
  const head: FirstLine = { what: magic, v: 1, salt: Buffer.from(salt).toString('hex'), ...hard };
  const line = `${JSON.stringify(head)}\n`;
  const { state, header } = sodium.crypto_secretstream_xchacha20poly1305_init_push(keyOf(passphrase, head));
  const { MESSAGE, FINAL } = tags();
  yield Buffer.from(line);
  yield Buffer.from(header);
  let beside: string | null = line;
  for await (const part of framesOf(plain)) {
    yield frame(sodium.crypto_secretstream_xchacha20poly1305_push(state, part, beside, MESSAGE));
    beside = null;
  }
  yield frame(sodium.crypto_secretstream_xchacha20poly1305_push(state, new Uint8Array(0), beside, FINAL));
}

const tags = (): { readonly MESSAGE: number; readonly FINAL: number } => ({
  MESSAGE: sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
  FINAL: sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL,
});

async function* framesOf(parts: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let held = Buffer.alloc(0);
  for await (const part of parts) {
    held = Buffer.concat([held, part]);
    for (; held.length >= frameBytes; held = held.subarray(frameBytes)) yield held.subarray(0, frameBytes);
  }
  if (held.length > 0) yield held;
}

const damaged = (why: string): Fault =>
  new Fault('backup-damaged', `the backup is not whole: ${why}`, 'Take another copy of it, or an older one.');

/**
 * Gives the text as far as it is believed while it is read; only when this ends without a fault was the file whole.
 * @throws Fault `backup-damaged`, `backup-passphrase`, `backup-unknown`
 */
export async function* open(
  sealed: AsyncIterable<Uint8Array>,
  passphrase: string,
): AsyncIterable<Uint8Array> {
  await sodium.ready;
  const bytes = new Taker(sealed);
  const line = await bytes.line(firstLineMax);
  const head = headOf(line);
  const header = await bytes.take(sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES);
  if (header === null) throw damaged('it ends after its first line');
  const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(header, keyOf(passphrase, head));
  let beside: string | null = line;
  for (let final = false; !final; beside = null) {
    const part = await nextFrame(bytes);
    const opened = sodium.crypto_secretstream_xchacha20poly1305_pull(state, part, beside);
    if (!opened) throw beside === null ? damaged('a part was changed, moved or left out') : wrongPassphrase();
    final = opened.tag === tags().FINAL;
    if (opened.message.length > 0) yield opened.message;
  }
  if ((await bytes.take(1)) !== null) throw damaged('something was added at its end');
}

const wrongPassphrase = (): Fault =>
  new Fault(
    'backup-passphrase',
    'the passphrase does not open this backup',
    'Check it; or the file was changed.',
  );

function headOf(line: string | null): FirstLine {
  try {
    return mustReadAs(firstLine, parseForeign(line ?? ''));
  } catch (error) {
    throw new Fault(
      'backup-unknown',
      'this is no backup of a relay that this version knows',
      'Name another file.',
      error,
    );
  }
}

async function nextFrame(bytes: Taker): Promise<Uint8Array> {
  const length = (await bytes.take(lengthBytes))?.readUInt32BE() ?? 0;
  const most = frameBytes + sodium.crypto_secretstream_xchacha20poly1305_ABYTES;
  const part = length > 0 && length <= most ? await bytes.take(length) : null;
  if (part === null) throw damaged('its end is missing');
  return part;
}

/** Reads exact amounts from whatever pieces come. */
class Taker {
  readonly #source: AsyncIterator<Uint8Array>;
  #held = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Null: there are not as many left. */
  async take(count: number): Promise<Buffer | null> {
    while (this.#held.length < count) if (!(await this.#more())) return null;
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }

  /** Up to the next line feed, with it. Null: none within `most` bytes. */
  async line(most: number): Promise<string | null> {
    for (;;) {
      const end = this.#held.indexOf(0x0a);
      if (end >= 0 && end < most) return (await this.take(end + 1))?.toString('utf8') ?? null;
      if (this.#held.length >= most || !(await this.#more())) return null;
    }
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done === true) return false;
    this.#held = Buffer.concat([this.#held, next.value]);
    return true;
  }
}
