/**
 * The load generator, a process of its own: reads a Plan as JSON on stdin, posts signed webhooks with distinct bodies over
 * connections that stay open, and prints an Outcome. Bodies and signatures are made before the first is sent.
 */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { assignmentCreated as event } from '../rig/fleetio-event.ts';
import type { Outcome, Plan } from './generator.ts';

const plan = JSON.parse(readFileSync(0, 'utf8')) as Plan;

function rawOf(number: number): Buffer {
  const id = plan.firstSubject + number;
  const body = Buffer.from(
    JSON.stringify({ ...event, id: `${plan.name}-${number}`, payload: { ...event.payload, id } }),
  );
  const signature = createHmac('sha256', plan.key).update(body).digest('hex');
  const head = [
    'POST /webhooks/fleetio HTTP/1.1',
    `host: 127.0.0.1:${plan.port}`,
    'content-type: application/json',
    `x-fleetio-webhook-signature: ${signature}`,
    `content-length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}

/** One request at a time. */
class Wire {
  readonly #socket: Socket;
  #answered: ((status: number) => void) | null = null;
  #heard = '';
  #gone = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (text: string) => this.#hear(text));
    for (const end of ['error', 'close'] as const)
      socket.on(end, () => {
        this.#gone = true;
        this.#answer(0);
      });
  }

  static open(): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = connect(plan.port, '127.0.0.1', () => resolve(new Wire(socket)));
      socket.once('error', reject);
    });
  }

  /** Status; 0 when the connection broke. */
  post(raw: Buffer): Promise<number> {
    if (this.#gone) return Promise.resolve(0);
    return new Promise(resolve => {
      this.#answered = resolve;
      this.#socket.write(raw);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #hear(text: string): void {
    this.#heard += text;
    const end = this.#heard.indexOf('\r\n\r\n');
    if (end < 0) return;
    const [, length = '0'] = /\r\ncontent-length: (\d+)/i.exec(this.#heard) ?? [];
    if (this.#heard.length < end + 4 + Number(length)) return;
    const status = Number(this.#heard.slice(9, 12));
    this.#heard = '';
    this.#answer(status);
  }

  #answer(status: number): void {
    const answered = this.#answered;
    this.#answered = null;
    answered?.(status);
  }
}

const wires = await Promise.all(Array.from({ length: plan.connections }, () => Wire.open()));
const posts = Array.from({ length: plan.count }, (_, number) => rawOf(number));
const stored: number[] = [];
const tookMs: number[] = [];
let refused = 0;

async function post(wire: Wire, number: number, fromMs: number): Promise<void> {
  const status = await wire.post(posts[number] ?? Buffer.alloc(0));
  if (status === 200) {
    stored.push(number);
    tookMs.push(performance.now() - fromMs);
  } else refused += 1;
}

/** Whoever is free takes the next; it counts from when it was due, whoever was late. */
async function openLoop(perSecond: number): Promise<void> {
  const free = [...wires];
  const under: Promise<void>[] = [];
  const begin = performance.now() + 200;
  for (let number = 0; number < plan.count; number += 1) {
    const due = begin + (number * 1_000) / perSecond;
    const early = due - performance.now();
    if (early > 0.3) await pause(early);
    while (free.length === 0) await pause(1);
    const wire = free.pop() as Wire;
    under.push(post(wire, number, due).finally(() => free.push(wire)));
  }
  await Promise.all(under);
}

async function closedLoop(): Promise<void> {
  let next = 0;
  await Promise.all(
    wires.map(async wire => {
      while (next < plan.count) {
        const number = next;
        next += 1;
        await post(wire, number, performance.now());
      }
    }),
  );
}

const from = performance.now();
await (plan.perSecond === null ? closedLoop() : openLoop(plan.perSecond));
const seconds = (performance.now() - from) / 1_000;
const { user, system } = process.cpuUsage();
const outcome: Outcome = { stored, tookMs, refused, seconds, cpuMs: (user + system) / 1_000 };
process.stdout.write(JSON.stringify(outcome));
for (const wire of wires) wire.close();
