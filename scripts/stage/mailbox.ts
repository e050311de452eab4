import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { until } from '../rig/until.ts';

/** Mails that are kept; older ones are forgotten. */
const keptMax = 100;

export interface Mail {
  /** Counted from 1. */
  readonly number: number;
  readonly to: string;
  readonly subject: string;
  /** The part for eyes without HTML. */
  readonly text: string;
}

/** A mail server on this machine that keeps what it is given. */
export class Mailbox {
  readonly #server: SMTPServer;
  readonly #sockets = new Set<Socket>();
  #mails: Mail[] = [];
  #count = 0;
  /** Told of each mail as it comes. */
  heard: (mail: Mail) => void = () => {};

  private constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      logger: false,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const [to] = session.envelope.rcptTo;
          this.#keep(to?.address ?? '', Buffer.concat(chunks).toString('utf8'));
          done();
        });
      },
    });
    this.#server.on('error', () => {});
    this.#server.server.on('connection', socket => this.#sockets.add(socket));
  }

  static async open(): Promise<Mailbox> {
    const box = new Mailbox();
    box.#server.listen(0, '127.0.0.1');
    await once(box.#server.server, 'listening');
    return box;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  /** How many have come so far. */
  get count(): number {
    return this.#count;
  }

  /** The oldest first. */
  get all(): readonly Mail[] {
    return this.#mails;
  }

  get newest(): Mail | null {
    return this.#mails.at(-1) ?? null;
  }

  /** The next mail to somebody after so many. */
  async next(to: string, after: number): Promise<Mail> {
    let found: Mail | undefined;
    await until(
      `a mail to ${to}`,
      () => {
        const since = this.#count - after;
        found = since === 0 ? undefined : this.#mails.slice(-since).find(mail => mail.to === to);
        return found !== undefined;
      },
      30_000,
    );
    if (found === undefined) throw new Error(`no mail to ${to}`);
    return found;
  }

  /** Left to itself the server waits half a minute for whoever keeps a connection. */
  close(): Promise<void> {
    return new Promise(resolve => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  #keep(to: string, raw: string): void {
    this.#count += 1;
    const mail = { number: this.#count, to, subject: subjectOf(raw), text: textOf(raw) };
    this.#mails = [...this.#mails, mail].slice(-keptMax);
    this.heard(mail);
  }
}

/** Headers may go over several lines, and what is not ASCII in them is encoded (RFC 2047). */
function subjectOf(raw: string): string {
  const [head = ''] = raw.split('\r\n\r\n');
  const [, subject = ''] = /^Subject: (.*)$/m.exec(head.replaceAll(/\r\n[ \t]+/g, ' ')) ?? [];
  return subject
    .replaceAll(/\?= =\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, how: string, text: string) =>
      how.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString('utf8')
        : quoted(text.replaceAll('_', ' ')),
    )
    .trim();
}

function textOf(raw: string): string {
  const part = raw.split(/^--.*\r$/m).find(each => /^Content-Type: text\/plain/im.test(each)) ?? raw;
  const at = part.indexOf('\r\n\r\n');
  const [head, body] = [part.slice(0, at), part.slice(at + 4)];
  const text = /^Content-Transfer-Encoding: quoted-printable/im.test(head)
    ? quoted(body)
    : /^Content-Transfer-Encoding: base64/im.test(head)
      ? Buffer.from(body, 'base64').toString('utf8')
      : body;
  return text.replaceAll('\r\n', '\n').trim();
}

const quoted = (text: string): string =>
  Buffer.from(
    text
      .replaceAll(/=\r\n/g, '')
      .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

/** The code that the mail tells, without its space; null: it tells none. */
export function codeIn({ text }: Mail): string | null {
  const [, head, tail] = /^(\d{4}) (\d{4})$/m.exec(text) ?? [];
  return head === undefined || tail === undefined ? null : head + tail;
}

export const mailLines = ({ to, subject, text }: Mail): readonly string[] =>
  [`To: ${to}`, `Subject: ${subject}`, '', ...text.split('\n')].map(line => `| ${line}`.trimEnd());
