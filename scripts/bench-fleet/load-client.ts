/**
 * As much of MQTT 3.1.1 as a box needs to speak with a broker, for load only: a thousand of these cost the machine that is
 * measured little. Clean sessions, QoS 1; what it hears is acknowledged as soon as the handler has returned.
 */
import net from 'node:net';

export interface LoadOptions {
  readonly host: string;
  readonly port: number;
  /** Username and client id. */
  readonly id: string;
  readonly password: string;
  readonly subscribe: string;
  readonly will: { readonly topic: string; readonly payload: Uint8Array };
  readonly heard: (payload: Buffer) => void;
  readonly lost: (reason: string) => void;
}

const packet = { connack: 2, publish: 3, puback: 4, suback: 9 } as const;
const keepaliveS = 60;
/** A ping between 50 and 55 seconds after the one before, as boxes do it. */
const pingMs = { least: 50_000, spread: 5_000 } as const;

const text = (value: string | Uint8Array): Buffer => {
  const bytes = Buffer.from(value);
  const head = Buffer.alloc(2);
  head.writeUInt16BE(bytes.length);
  return Buffer.concat([head, bytes]);
};

function lengthBytes(length: number): Buffer {
  const bytes: number[] = [];
  for (let left = length; ; left >>= 7) {
    bytes.push(left > 127 ? (left & 127) | 128 : left);
    if (left <= 127) return Buffer.from(bytes);
  }
}

function framed(first: number, ...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.from([first]), lengthBytes(length), ...parts]);
}

const number = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);

export class LoadClient {
  readonly #options: LoadOptions;
  readonly #socket: net.Socket;
  readonly #landed = new Map<number, () => void>();
  #ready: () => void = () => {};
  #last = 0;
  #rest: Buffer = Buffer.alloc(0);
  #ping: NodeJS.Timeout | null = null;
  #closed = false;

  private constructor(options: LoadOptions) {
    this.#options = options;
    this.#socket = net.connect({ host: options.host, port: options.port, noDelay: true });
    this.#socket.on('connect', () => this.#introduce());
    this.#socket.on('data', chunk => this.#read(chunk));
    this.#socket.on('error', error => this.#end(error.message));
    this.#socket.on('close', () => this.#end('closed'));
  }

  /** Resolves when the broker has let it in and said yes to its subscription. */
  static connect(options: LoadOptions): Promise<LoadClient> {
    return new Promise((resolve, reject) => {
      const lost = (reason: string): void => {
        options.lost(reason);
        reject(new Error(`${options.id}: ${reason}`));
      };
      const client = new LoadClient({ ...options, lost });
      client.#ready = () => resolve(client);
    });
  }

  /** `landed` is called at the PUBACK. */
  publish(topic: string, payload: Uint8Array, options: { retain?: boolean; landed?: () => void } = {}): void {
    this.#last = (this.#last % 65_535) + 1;
    if (options.landed !== undefined) this.#landed.set(this.#last, options.landed);
    const first = 0x32 | (options.retain === true ? 1 : 0);
    this.#socket.write(framed(first, text(topic), number(this.#last), Buffer.from(payload)));
  }

  /** Without a word. */
  close(): void {
    this.#closed = true;
    if (this.#ping !== null) clearTimeout(this.#ping);
    this.#socket.destroy();
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.close();
    this.#options.lost(reason);
  }

  #introduce(): void {
    const { id, password, will } = this.#options;
    // Username, password, retained will of QoS 1, clean session.
    const flags = Buffer.from([4, 0x80 | 0x40 | 0x20 | 0x08 | 0x04 | 0x02]);
    const head = Buffer.concat([text('MQTT'), flags, number(keepaliveS)]);
    const body = [text(id), text(will.topic), text(will.payload), text(id), text(password)];
    this.#socket.write(framed(0x10, head, ...body));
  }

  #read(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const size = sizeOf(bytes);
      if (size === null || bytes.length < size.head + size.body) break;
      this.#take(bytes[0] ?? 0, bytes.subarray(size.head, size.head + size.body));
      bytes = bytes.subarray(size.head + size.body);
    }
    this.#rest = Buffer.from(bytes);
  }

  #take(first: number, body: Buffer): void {
    switch (first >> 4) {
      case packet.connack:
        this.#admitted(body[1] ?? 255);
        return;
      case packet.suback:
        if (body[2] !== 1) this.#end('the subscription was refused');
        else this.#ready();
        return;
      case packet.puback:
        this.#acknowledged(body.readUInt16BE(0));
        return;
      case packet.publish:
        this.#hear(body);
        return;
      default:
    }
  }

  #admitted(code: number): void {
    if (code !== 0) {
      this.#end(`refused with code ${code}`);
      return;
    }
    this.#socket.write(framed(0x82, number(1), text(this.#options.subscribe), Buffer.from([1])));
    this.#rhythm();
  }

  #rhythm(): void {
    this.#ping = setTimeout(
      () => {
        this.#socket.write(Buffer.from([0xc0, 0]));
        this.#rhythm();
      },
      pingMs.least + Math.random() * pingMs.spread,
    );
  }

  #acknowledged(id: number): void {
    const landed = this.#landed.get(id);
    this.#landed.delete(id);
    landed?.();
  }

  #hear(body: Buffer): void {
    const topicEnd = 2 + body.readUInt16BE(0);
    const id = body.subarray(topicEnd, topicEnd + 2);
    this.#options.heard(body.subarray(topicEnd + 2));
    this.#socket.write(framed(0x40, Buffer.from(id)));
  }
}

function sizeOf(bytes: Buffer): { readonly head: number; readonly body: number } | null {
  let body = 0;
  for (let at = 1; at < 5; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) return null;
    body |= (byte & 127) << (7 * (at - 1));
    if (byte < 128) return { head: at + 1, body };
  }
  throw new Error('a packet without an end');
}
