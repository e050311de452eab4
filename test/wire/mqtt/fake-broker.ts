import net from 'node:net';

/** A broker that says what a test tells it to, byte for byte. */
export class FakeBroker {
  readonly #server: net.Server;
  readonly sockets: net.Socket[] = [];
  /** Types of the control packets that came, of all connections; every packet is taken to come in one piece. */
  readonly got: number[] = [];
  /** Without it a client is left waiting for its CONNACK. */
  admit = true;

  private constructor() {
    this.#server = net.createServer(socket => this.#accept(socket));
  }

  static async start(): Promise<FakeBroker> {
    const broker = new FakeBroker();
    await new Promise<void>(resolve => broker.#server.listen(0, '127.0.0.1', resolve));
    return broker;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** To the newest connection. */
  send(...bytes: (number | Uint8Array)[]): void {
    const parts = bytes.map(each => (typeof each === 'number' ? Uint8Array.of(each) : each));
    this.sockets.at(-1)?.write(Buffer.concat(parts));
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #accept(socket: net.Socket): void {
    this.sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', chunk => {
      for (let at = 0; at < chunk.length; ) at = this.#packet(chunk, at);
    });
  }

  #packet(chunk: Buffer, from: number): number {
    let [length, digit, at] = [0, 1, from + 1];
    for (; ; at += 1, digit *= 128) {
      const byte = chunk[at] ?? 0;
      length += (byte & 0x7f) * digit;
      if (byte < 0x80) break;
    }
    const type = (chunk[from] ?? 0) >> 4;
    this.got.push(type);
    if (type === 1 && this.admit) this.send(0x20, 2, 0, 0);
    if (type === 8) this.send(0x90, 3, chunk.subarray(at + 1, at + 3), 1);
    return at + 1 + length;
  }
}

/** A PUBLISH of up to 100 bytes. */
export function publishPacket(topic: string, payload: string, id: number, flags = 0b0010): Buffer {
  const body = Buffer.concat([
    Buffer.from([0, topic.length]),
    Buffer.from(topic),
    Buffer.from([id >> 8, id & 0xff]),
    Buffer.from(payload),
  ]);
  return Buffer.concat([Buffer.from([0x30 | flags, body.length]), body]);
}
