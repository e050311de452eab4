import { payloadMaxBytes } from '../topics.ts';

/** Control packets by their number in MQTT 3.1.1, table 2.1. */
export const packetType = {
  ...{ connect: 1, connack: 2, publish: 3, puback: 4, subscribe: 8, suback: 9 },
  ...{ unsubscribe: 10, unsuback: 11, pingreq: 12, pingresp: 13, disconnect: 14 },
} as const;

/** A broker has these to say to a client of ours. No QoS 2, whose messages a client must store. */
export const fromBroker: ReadonlySet<number> = new Set([2, 3, 4, 9, 11, 13]);
export const fromClient: ReadonlySet<number> = new Set([1, 3, 4, 8, 10, 12, 14]);

/** Over the payload: topic, message id and, in a CONNECT, ids and password. Brokers are told the same limit. */
export const overheadMaxBytes = 1_024;
export const packetMaxBytes: number = payloadMaxBytes + overheadMaxBytes;
/** Packets that carry no payload. */
const smallMaxBytes = 4_096;

/**
 * Reads along as bytes come in and sees what nobody should begin to store: the parsers behind it collect a packet of any
 * length, 256 MB too, before they look at it. Reads only fixed headers; after the first complaint it is of no use.
 */
export class PacketGuard {
  readonly #types: ReadonlySet<number>;
  readonly #each: () => void;
  /** Bytes of the present packet that are still to come. */
  #skip = 0;
  /** Null between packets. */
  #first: number | null = null;
  #length = 0;
  #lengthBytes = 0;

  /** `each` is told of every packet that begins. */
  constructor(types: ReadonlySet<number>, each: () => void = () => {}) {
    this.#types = types;
    this.#each = each;
  }

  /** Says why it is wrong; null: nothing so far. */
  see(chunk: Uint8Array): string | null {
    for (let at = 0; at < chunk.length; ) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - at);
        this.#skip -= step;
        at += step;
        continue;
      }
      const trouble = this.#header(chunk[at] ?? 0);
      if (trouble !== null) return trouble;
      at += 1;
    }
    return null;
  }

  #header(byte: number): string | null {
    if (this.#first === null) return this.#begin(byte);
    this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
    this.#lengthBytes += 1;
    if (byte >= 0x80) return this.#lengthBytes < 4 ? null : 'a packet length over four bytes';
    const type = this.#first >> 4;
    const carries = type === packetType.publish || type === packetType.connect;
    if (this.#length > (carries ? packetMaxBytes : smallMaxBytes))
      return `a packet of ${this.#length} bytes announced`;
    this.#skip = this.#length;
    this.#first = null;
    return null;
  }

  #begin(byte: number): string | null {
    const type = byte >> 4;
    if (!this.#types.has(type)) return `a packet of type ${type}`;
    if (type === packetType.publish && (byte & 0b100) !== 0) return 'a message of QoS 2';
    this.#first = byte;
    this.#length = 0;
    this.#lengthBytes = 0;
    this.#each();
    return null;
  }
}
