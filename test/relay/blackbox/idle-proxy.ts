import net from 'node:net';

/** A TCP proxy that cuts a connection on which the client has said nothing for `silenceMs`, as many in the field do. */
export class IdleProxy {
  readonly #server: net.Server;
  readonly #open = new Set<net.Socket>();
  readonly #silenceMs: number;
  target = 0;
  /** When each connection came, and when each was cut. */
  readonly came: number[] = [];
  readonly cuts: number[] = [];

  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs;
    this.#server = net.createServer({ noDelay: true }, near => this.#accept(near));
  }

  async listen(port = 0): Promise<this> {
    await new Promise<void>(resolve => this.#server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #accept(near: net.Socket): void {
    this.came.push(performance.now());
    const far = net.connect({ host: '127.0.0.1', port: this.target, noDelay: true });
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      this.#open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#open.delete(socket);
        end();
      });
    }
    near.setTimeout(0);
    let alarm = setTimeout(() => this.#cut(end), this.#silenceMs);
    near.on('data', chunk => {
      far.write(chunk);
      clearTimeout(alarm);
      alarm = setTimeout(() => this.#cut(end), this.#silenceMs);
    });
    far.on('data', chunk => near.write(chunk));
    near.on('close', () => clearTimeout(alarm));
  }

  #cut(end: () => void): void {
    this.cuts.push(performance.now());
    end();
  }
}
