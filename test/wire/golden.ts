/** `node test/wire/golden.ts 0.2` writes the folder of a new minor version, or what an unreleased one lacks; see golden.test.ts. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { signedState } from '../../src/wire/box-state.ts';
import { sealDown, sealUp } from '../../src/wire/envelope.ts';
import { keyId } from '../../src/wire/relay-key.ts';
import {
  downSamples,
  type Ends,
  endsOf,
  stateSample,
  upKeyOf,
  upSamples,
  wholeUpSamples,
} from './samples.ts';

export const goldenFolder: URL = new URL('./golden/', import.meta.url);

export interface Kept {
  readonly lane: 'down' | 'up' | 'state';
  readonly message: unknown;
  readonly payload: string;
}

/** Every sample as it travels. */
export function keptOf(ends: Ends): readonly (Kept & { readonly name: string })[] {
  const to = { box: ends.box, seal: Buffer.from(ends.boxSeal.publicKey).toString('hex') };
  const from = { box: ends.box, relay: keyId(ends.relay.key), key: upKeyOf(ends), sign: ends.boxSign.sign };
  return [
    ...downSamples(ends).map(message => ({
      name: `down-${message.kind}.json`,
      lane: 'down' as const,
      message,
      payload: sealDown(message, to, ends.relay).toString(),
    })),
    ...upSamples(ends).map(message => ({
      name: `up-${message.kind}.json`,
      lane: 'up' as const,
      message,
      payload: sealUp(message, from).toString(),
    })),
    ...wholeUpSamples(ends).map(message => ({
      name: `up-${message.kind}-whole.json`,
      lane: 'up' as const,
      message,
      payload: sealUp(message, from).toString(),
    })),
    {
      ...{ name: 'state-up.json', lane: 'state', message: stateSample },
      payload: Buffer.from(signedState(stateSample, ends.box, ends.boxSign.sign)).toString(),
    },
  ];
}

const version = process.argv[2];
if (import.meta.main && version !== undefined) {
  const folder = new URL(`${version}/`, goldenFolder);
  mkdirSync(folder, { recursive: true });
  for (const { name, ...kept } of keptOf(endsOf('golden')))
    if (!existsSync(new URL(name, folder)))
      writeFileSync(new URL(name, folder), `${JSON.stringify(kept, null, 2)}\n`);
}
