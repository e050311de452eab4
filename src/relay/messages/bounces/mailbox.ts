/** The mailbox to which mail comes back, by IMAP (RFC 9051). What is not a report stays as it is, unread. */
import type { FetchMessageObject, ImapFlow } from 'imapflow';
import { Fault, reasonOf } from '../../../base/fault.ts';
import type { Secret } from '../../../base/secret.ts';
import { looksLikeReport, type Report, readReport, reportBytesMax } from './report.ts';

export interface MailboxOptions {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. */
  readonly tls: boolean;
  /** Without `tls`: whether STARTTLS must be had before the password goes. */
  readonly startTls: boolean;
  readonly user: string;
  readonly password: Secret;
  readonly ca: string | null;
  readonly folder: string;
}

/** Marks a report that was read. */
const readMark = '$SmartBoxRead';
/** Servers give a mail up after five days at most (RFC 5321 §4.5.4.1); older reports are of no use. */
const daysBack = 14;
const dayMs = 86_400_000;
/** Enough of a mail to tell whether it is a report. */
const headBytesMax = 16 * 1024;
/** Heads asked for at one time, and mails looked at before others get their turn. */
const headsAtOnce = 25;
const lookedAtMax = 200;

const limits = {
  ...{ connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 90_000 },
  ...{
    maxLineLength: 4_194_304,
    maxLiteralSize: 262_144,
    maxResponseSize: 8_388_608,
    maxResponseTokens: 100_000,
  },
};
/** A server that says a little every minute would else be waited for without an end. */
const lookMs = 120_000;
/** IDLE begins so soon after a look: until then nobody tells of new mail. */
const idleAfterMs = 500;

interface Look {
  /** There may be more to look at. */
  readonly isMore: boolean;
}

export class Mailbox {
  readonly #client: ImapFlow;
  readonly #canMark: boolean;
  readonly isReadOnly: boolean;
  readonly count: number;
  /** Looked at up to here; in ascending order. */
  #lookedTo = 0;

  private constructor(client: ImapFlow) {
    this.#client = client;
    const { mailbox } = client;
    const flags = mailbox === false ? undefined : mailbox.permanentFlags;
    this.isReadOnly = mailbox !== false && mailbox.readOnly === true;
    this.#canMark = !this.isReadOnly && (flags === undefined || flags.has('\\*') || flags.has(readMark));
    this.count = mailbox === false ? 0 : mailbox.exists;
  }

  /** Without a mark of its own, reports are read anew after each start, which changes nothing. */
  get canMark(): boolean {
    return this.#canMark;
  }

  /**
   * `news`: something has come, or the connection is gone.
   * @throws Fault `bounces-unread`
   */
  static async open(options: MailboxOptions, signal: AbortSignal, news: () => void): Promise<Mailbox> {
    const { ImapFlow: Client } = await import('imapflow');
    const client = new Client(clientOptions(options));
    const close = (): void => client.close();
    signal.addEventListener('abort', close, { once: true });
    client.on('error', () => {});
    client.on('close', () => {
      signal.removeEventListener('abort', close);
      news();
    });
    try {
      signal.throwIfAborted();
      await client.connect();
      await client.mailboxOpen(options.folder);
    } catch (error) {
      client.close();
      throw faultOf(error);
    }
    client.on('exists', news);
    return new Mailbox(client);
  }

  get isOpen(): boolean {
    return this.#client.usable;
  }

  /**
   * Gives every new report to `read`, oldest first, and marks it. What `read` throws comes out, and is looked at again next time.
   * @throws Fault `bounces-unread` where the server fails
   */
  async look(read: (report: Report) => Promise<boolean>, nowMs: number): Promise<Look> {
    const late = setTimeout(() => this.#client.close(), lookMs);
    late.unref();
    try {
      const found = await this.#asked(() => this.#unread(nowMs));
      const uids = found.slice(0, lookedAtMax);
      for (let at = 0; at < uids.length; at += headsAtOnce)
        await this.#readAll(uids.slice(at, at + headsAtOnce), read);
      return { isMore: found.length > uids.length };
    } finally {
      clearTimeout(late);
    }
  }

  async #unread(nowMs: number): Promise<readonly number[]> {
    const query = {
      uid: `${this.#lookedTo + 1}:*`,
      since: new Date(nowMs - daysBack * dayMs),
      ...(this.#canMark ? { unKeyword: readMark } : {}),
    };
    // A server shows what has come since the last command only when asked whether something has.
    await this.#client.noop();
    const found = await this.#client.search(query, { uid: true });
    if (!Array.isArray(found)) throw new Error('it cannot be searched');
    // `n:*` names the last mail even where that is older than n.
    return found.filter(uid => uid > this.#lookedTo).sort((a, b) => a - b);
  }

  async #readAll(uids: readonly number[], read: (report: Report) => Promise<boolean>): Promise<void> {
    const heads = await this.#asked(() => this.#fetch(uids, headBytesMax));
    const reports = new Set(heads.filter(isReport).map(({ uid }) => uid));
    for (const uid of uids) {
      if (reports.has(uid)) await this.#readOne(uid, read);
      this.#lookedTo = uid;
    }
  }

  async #readOne(uid: number, read: (report: Report) => Promise<boolean>): Promise<void> {
    const [mail] = await this.#asked(() => this.#fetch([uid], reportBytesMax));
    const report = mail?.source === undefined ? null : readReport(mail.source);
    const isOurs = report !== null && (await read(report));
    const flags = [...(this.#canMark ? [readMark] : []), ...(isOurs ? ['\\Seen'] : [])];
    if (flags.length > 0 && !this.isReadOnly)
      await this.#asked(() => this.#client.messageFlagsAdd([uid], flags, { uid: true }));
  }

  #fetch(uids: readonly number[], maxLength: number): Promise<readonly FetchMessageObject[]> {
    return this.#client.fetchAll([...uids], { uid: true, source: { maxLength } }, { uid: true });
  }

  async #asked<T>(command: () => Promise<T>): Promise<T> {
    try {
      return await command();
    } catch (error) {
      throw faultOf(error);
    }
  }

  close(): void {
    this.#client.close();
  }
}

const isReport = ({ source }: FetchMessageObject): boolean => source !== undefined && looksLikeReport(source);

const clientOptions = ({ host, port, tls, startTls, user, password, ca }: MailboxOptions) => ({
  ...{ host, port, secure: tls, auth: { user, pass: password.reveal() } },
  ...(tls ? {} : { doSTARTTLS: startTls }),
  tls: { minVersion: 'TLSv1.2' as const, ...(ca === null ? {} : { ca }) },
  // Nothing is unpacked: a few bytes could become very many.
  ...{ disableCompression: true, logger: false as const, autoIdleDelay: idleAfterMs },
  ...limits,
});

/** The server's own words are left out but for its code: they may repeat a name or an address. */
function faultOf(error: unknown): Fault {
  const { authenticationFailed, mailboxMissing, code, serverResponseCode } = error as {
    readonly authenticationFailed?: boolean;
    readonly mailboxMissing?: boolean;
    readonly code?: string;
    readonly serverResponseCode?: string;
  };
  if (authenticationFailed === true)
    return new Fault('bounces-unread', 'the mail server refuses user or password', loginHint, error);
  const word = serverResponseCode ?? code ?? '';
  if (mailboxMissing === true || word === 'NONEXISTENT')
    return new Fault(
      'bounces-unread',
      'there is no such folder',
      'Correct the folder in mail.bounces.url.',
      error,
    );
  const said = word === '' ? reasonOf(error).slice(0, 100) : word;
  return new Fault('bounces-unread', `the mailbox cannot be read (${said})`, serverHint, error);
}

const loginHint = 'Correct the user in mail.bounces.url, or the password in mail.bounces.passwordFile.';
const serverHint = 'Look at host, port and folder in mail.bounces.url, and at mail.bounces.caFile.';
