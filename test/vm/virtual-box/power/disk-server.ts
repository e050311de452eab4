/**
 * A disk that remembers in which order everything was written to it, and when it was told to keep it: a server of the protocol by
 * which QEMU uses disks elsewhere (NBD, its document “proto” at github.com/NetworkBlockDevice/nbd; fixed newstyle, simple replies).
 */
import { createServer, type Server, type Socket } from 'node:net';

/** What came to the disk. All writes before a flush are durable by it. */
export type Request =
  | { readonly do: 'write'; readonly at: number; readonly bytes: Buffer }
  | { readonly do: 'flush' };

const magic = {
  server: 0x4e42444d41474943n,
  option: 0x49484156454f5054n,
  optionReply: 0x0003e889045565a9n,
  request: 0x25609513,
  reply: 0x67446698,
} as const;
const fixedNewstyleNoZeroes = 3;
const option = { exportName: 1, info: 6, go: 7 } as const;
const optionAnswer = { done: 1, info: 3, unsupported: 0x8000_0001 } as const;
/** Has flags, takes flushes. Not the flag for single writes that are kept at once: QEMU then sends flushes instead. */
const exportFlags = 0b101;
const command = { read: 0, write: 1, disconnect: 2, flush: 3 } as const;
const optionHeaderBytes = 16;
const requestBytes = 28;
const invalid = 22;

export class DiskServer {
  readonly #content: Buffer;
  readonly #seen: (request: Request) => void;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(content: Buffer, seen: (request: Request) => void) {
    this.#content = content;
    this.#seen = seen;
    this.#server = createServer(socket => this.#serve(socket));
  }

  /** @param seen is told of each request before its answer leaves */
  static async on(path: string, content: Buffer, seen: (request: Request) => void): Promise<DiskServer> {
    const disk = new DiskServer(content, seen);
    await new Promise<void>((resolve, reject) => {
      disk.#server.once('error', reject).listen(path, resolve);
    });
    return disk;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket)).on('error', () => {});
    const hello = Buffer.alloc(18);
    hello.writeBigUInt64BE(magic.server, 0);
    hello.writeBigUInt64BE(magic.option, 8);
    hello.writeUInt16BE(fixedNewstyleNoZeroes, 16);
    socket.write(hello);
    const client = new Client(socket, this.#content, this.#seen);
    socket.on('data', bytes => client.hear(bytes));
  }
}

/** One connection: what it has said and nobody has answered yet. */
class Client {
  readonly #socket: Socket;
  readonly #content: Buffer;
  readonly #seen: (request: Request) => void;
  #waiting: Buffer = Buffer.alloc(0);
  #state: 'flags' | 'options' | 'requests' = 'flags';

  constructor(socket: Socket, content: Buffer, seen: (request: Request) => void) {
    this.#socket = socket;
    this.#content = content;
    this.#seen = seen;
  }

  hear(bytes: Buffer): void {
    this.#waiting = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes]);
    for (let used = this.#step(); used > 0; used = this.#step()) this.#waiting = this.#waiting.subarray(used);
  }

  /** How many bytes it has dealt with; 0: it waits for more. */
  #step(): number {
    if (this.#state === 'requests') return this.#request();
    if (this.#state === 'options') return this.#option();
    if (this.#waiting.length < 4) return 0;
    this.#state = 'options';
    return 4;
  }

  #option(): number {
    if (this.#waiting.length < optionHeaderBytes) return 0;
    const asked = this.#waiting.readUInt32BE(8);
    const end = optionHeaderBytes + this.#waiting.readUInt32BE(12);
    if (this.#waiting.length < end) return 0;
    const about = Buffer.alloc(asked === option.exportName ? 10 : 12);
    about.writeBigUInt64BE(BigInt(this.#content.length), about.length - 10);
    about.writeUInt16BE(exportFlags, about.length - 2);
    if (asked === option.exportName) this.#socket.write(about);
    else if (asked === option.go || asked === option.info) {
      this.#answer(asked, optionAnswer.info, about);
      this.#answer(asked, optionAnswer.done);
    } else this.#answer(asked, optionAnswer.unsupported);
    if (asked === option.exportName || asked === option.go) this.#state = 'requests';
    return end;
  }

  #answer(asked: number, kind: number, more = Buffer.alloc(0)): void {
    const head = Buffer.alloc(20);
    head.writeBigUInt64BE(magic.optionReply, 0);
    head.writeUInt32BE(asked, 8);
    head.writeUInt32BE(kind, 12);
    head.writeUInt32BE(more.length, 16);
    this.#socket.write(Buffer.concat([head, more]));
  }

  #request(): number {
    const bytes = this.#waiting;
    if (bytes.length < requestBytes) return 0;
    if (bytes.readUInt32BE(0) !== magic.request) throw new Error('this is no NBD request');
    const kind = bytes.readUInt16BE(6);
    const at = Number(bytes.readBigUInt64BE(16));
    const length = bytes.readUInt32BE(24);
    const end = requestBytes + (kind === command.write ? length : 0);
    if (bytes.length < end) return 0;
    const cookie = bytes.readBigUInt64BE(8);
    if (kind === command.disconnect) this.#socket.end();
    else if (kind === command.read) this.#reply(cookie, 0, this.#content.subarray(at, at + length));
    else if (kind === command.write) this.#write(at, Buffer.from(bytes.subarray(requestBytes, end)), cookie);
    else if (kind === command.flush) {
      this.#seen({ do: 'flush' });
      this.#reply(cookie, 0);
    } else this.#reply(cookie, invalid);
    return end;
  }

  #write(at: number, bytes: Buffer, cookie: bigint): void {
    bytes.copy(this.#content, at);
    this.#seen({ do: 'write', at, bytes });
    this.#reply(cookie, 0);
  }

  #reply(cookie: bigint, error: number, data: Uint8Array = Buffer.alloc(0)): void {
    const head = Buffer.alloc(16);
    head.writeUInt32BE(magic.reply, 0);
    head.writeUInt32BE(error, 4);
    head.writeBigUInt64BE(cookie, 8);
    this.#socket.write(Buffer.concat([head, data]));
  }
}
