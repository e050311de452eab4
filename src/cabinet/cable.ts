/** The network cable of a played cabinet: what the box says to its broker goes through here, and can be cut. */
import net from 'node:net';
import type { CableSpec } from './spec.ts';

export class Cable {
  readonly #server: net.Server;
  readonly #to: CableSpec['to'];
  readonly #sockets = new Set<net.Socket>();
  #isIn: boolean;

  private constructor({ to }: CableSpec, isIn: boolean) {
    this.#to = to;
    this.#isIn = isIn;
    this.#server = net.createServer({ noDelay: true }, near => this.#accept(near));
  }

  /** @throws Error of a port that is taken */
  static async open(spec: CableSpec, isIn: boolean): Promise<Cable> {
    const cable = new Cable(spec, isIn);
    await new Promise<void>((resolve, reject) => {
      cable.#server.once('error', reject);
      cable.#server.listen(spec.port, '127.0.0.1', resolve);
    });
    return cable;
  }

  get isIn(): boolean {
    return this.#isIn;
  }

  /** Everything that is open breaks, and nothing new gets through. */
  cut(): void {
    this.#isIn = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  plug(): void {
    this.#isIn = true;
  }

  close(): Promise<void> {
    this.cut();
    return new Promise(resolve => this.#server.close(() => resolve()));
  }

  #accept(near: net.Socket): void {
    near.on('error', () => {});
    if (!this.#isIn) {
      near.destroy();
      return;
    }
    const far = net.connect({ ...this.#to, noDelay: true });
    far.on('error', () => {});
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one);
      one.once('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}
