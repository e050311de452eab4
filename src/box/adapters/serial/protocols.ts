/** Every way to talk that `box.yaml` can name. A new decoder is its own file and one line here. */
import { assert } from '../../../base/assert.ts';
import type { KeypadSettings } from '../../ports.ts';
import { ascii } from './ascii.ts';
import type { Decoder, Protocol } from './decoder.ts';
import { em4100Ascii } from './em4100-ascii.ts';
import { line } from './line.ts';

export const protocols: readonly Protocol[] = [
  ascii, //
  line,
  em4100Ascii,
];

/** Makers of fresh decoders by the name of their protocol. */
const decoders: Readonly<Record<string, Protocol['decoder']>> = Object.fromEntries(
  protocols.map(protocol => [protocol.name, protocol.decoder]),
);

const namesOf = (reads: Protocol['reads']): readonly string[] =>
  protocols.filter(protocol => protocol.reads === reads).map(protocol => protocol.name);

/** A configuration may name these, for keypads and for readers. */
export const protocolNames = { keypads: namesOf('keys'), readers: namesOf('tags') } as const;

/** The maker of a protocol that the configuration has already checked. */
export function decoderFor(name: string, settings?: KeypadSettings): () => Decoder {
  const decoder = decoders[name];
  assert(decoder !== undefined, `no protocol ${name}`);
  return () => decoder(settings);
}
