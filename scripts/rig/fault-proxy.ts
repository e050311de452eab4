import net from 'node:net';
import type { Prng } from './prng.ts';

/** One direction of a connection. */
interface Lane {
  readonly from: net.Socket;
  readonly to: net.Socket;
  readonly toClient: boolean;
  readonly waiting: Buffer[];
}

/** One connection: what the client has (`near`) and what we have to the server (`far`). */
interface Pair {
  readonly near: net.Socket;
  readonly far: net.Socket;
  readonly lanes: readonly Lane[];
  /** Nothing passes any more and nobody is told. */
  dead: boolean;
}

const tickMs = 10;
/** A lane may have this many bytes waiting here before the sender is held back. */
const waitingMax = 64;

export type Mischief = 'cut' | 'stall' | 'half-open' | 'throttle' | 'none';

/** A TCP proxy that does to connections what networks do to them. Faults hold until `heal`; `cut` is at once. */
export class FaultProxy {
  readonly #server: net.Server;
  readonly #target: number;
  readonly #pairs = new Set<Pair>();
  #stalled = false;
  #refusing = false;
  #bytesPerTick = Number.POSITIVE_INFINITY;
  /** Bytes towards the client until everything stalls; for a stop in the middle of a packet. */
  #stallAfter: number | null = null;
  /** Bytes that a lane may still pass in this tick. */
  readonly #credit = new Map<Lane, number>();
  readonly #ticker: NodeJS.Timeout;

  constructor(target: number) {
    this.#target = target;
    this.#server = net.createServer({ noDelay: true }, near => this.#accept(near));
    this.#ticker = setInterval(() => this.#tick(), tickMs).unref();
  }

  async listen(): Promise<this> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Both sides of every connection see a reset. */
  cut(): void {
    for (const pair of this.#pairs) this.#drop(pair);
  }

  /** Bytes wait, none is lost; new connections are taken and wait too. */
  stall(): void {
    this.#stalled = true;
  }

  /** Lets so many more bytes through towards the client, then stalls. */
  stallAfter(bytes: number): void {
    this.#stallAfter = bytes;
  }

  /** Connections that are open now swallow everything for ever, and nobody is told; new ones are good. */
  halfOpen(): void {
    for (const pair of this.#pairs) pair.dead = true;
  }

  throttle(bytesPerSecond: number): void {
    this.#bytesPerTick = Math.max(1, (bytesPerSecond * tickMs) / 1_000);
    this.#credit.clear();
  }

  /** Says to every client what the server has not said. Whole packets only, while the server says nothing. */
  inject(bytes: Uint8Array): void {
    for (const { near } of this.#pairs) near.write(bytes);
  }

  /** New connections are reset. */
  refuse(): void {
    this.#refusing = true;
  }

  /** Ends every fault that holds; half-open connections stay so until the client gives them up. */
  heal(): void {
    this.#stalled = false;
    this.#refusing = false;
    this.#stallAfter = null;
    this.#bytesPerTick = Number.POSITIVE_INFINITY;
  }

  /** One fault by chance, instead of those that held; says which. */
  mischief(random: Prng): Mischief {
    this.heal();
    const which = random.pick<Mischief>(['cut', 'stall', 'half-open', 'throttle', 'none']);
    if (which === 'cut') this.cut();
    if (which === 'stall') this.stallAfter(random.int(0, 5_000));
    if (which === 'half-open') this.halfOpen();
    if (which === 'throttle') this.throttle(random.int(2_000, 50_000));
    return which;
  }

  async close(): Promise<void> {
    clearInterval(this.#ticker);
    this.cut();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #accept(near: net.Socket): void {
    if (this.#refusing) {
      near.resetAndDestroy();
      return;
    }
    const far = net.connect({ host: '127.0.0.1', port: this.#target, noDelay: true });
    const lanes = [
      { from: near, to: far, toClient: false, waiting: [] },
      { from: far, to: near, toClient: true, waiting: [] },
    ];
    const pair: Pair = { near, far, lanes, dead: false };
    this.#pairs.add(pair);
    for (const lane of lanes) {
      lane.from.on('error', () => {});
      lane.from.on('close', () => this.#closed(pair));
      lane.from.on('data', chunk => this.#read(pair, lane, chunk));
    }
  }

  /** A server that goes away behind a half-open connection is not noticed in front of it. */
  #closed(pair: Pair): void {
    if (pair.dead && !pair.near.destroyed) return;
    this.#drop(pair);
  }

  #drop(pair: Pair): void {
    this.#pairs.delete(pair);
    for (const lane of pair.lanes) this.#credit.delete(lane);
    reset(pair.near);
    reset(pair.far);
  }

  #read(pair: Pair, lane: Lane, chunk: Buffer): void {
    if (pair.dead) return;
    lane.waiting.push(chunk);
    this.#pass(lane);
    if (lane.waiting.length > waitingMax) lane.from.pause();
  }

  #tick(): void {
    this.#credit.clear();
    for (const pair of this.#pairs)
      for (const lane of pair.lanes) {
        if (pair.dead) lane.waiting.length = 0;
        else this.#pass(lane);
        if (lane.waiting.length <= waitingMax) lane.from.resume();
      }
  }

  #pass(lane: Lane): void {
    for (let chunk = lane.waiting.shift(); chunk !== undefined; chunk = lane.waiting.shift()) {
      const room = lane.to.writableLength > 64 * 1_024 ? 0 : this.#room(lane);
      const now = chunk.subarray(0, room);
      if (now.length > 0) this.#write(lane, now);
      if (now.length === chunk.length) continue;
      lane.waiting.unshift(chunk.subarray(now.length));
      return;
    }
  }

  #room(lane: Lane): number {
    if (this.#stalled) return 0;
    const left = this.#credit.get(lane) ?? this.#bytesPerTick;
    return Math.floor(lane.toClient ? Math.min(left, this.#stallAfter ?? left) : left);
  }

  #write(lane: Lane, bytes: Buffer): void {
    lane.to.write(bytes);
    this.#credit.set(lane, (this.#credit.get(lane) ?? this.#bytesPerTick) - bytes.length);
    if (!lane.toClient || this.#stallAfter === null) return;
    this.#stallAfter -= bytes.length;
    if (this.#stallAfter <= 0) this.#stalled = true;
  }
}

/**
 * Not where a goodbye is on its way already: libuv refuses to reset such a socket (`UV_EINVAL`), and Node (24.21) takes it for
 * closed all the same, never closes it, and at the end of the process waits for it in a busy loop.
 */
function reset(socket: net.Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
