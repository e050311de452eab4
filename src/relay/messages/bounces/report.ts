/** A report of what became of a mail (RFC 3464), as mail servers send it to whoever the mail came from. */
import { decoded, type Headers, headersOf, type Part, partOf, partsOf, typeOf } from './mail-parts.ts';

export interface Report {
  /** Ids of messages, as the report names them: who believes that they are ours looks whether they are. */
  readonly ids: readonly string[];
  readonly receivers: readonly ReportedReceiver[];
}

export interface ReportedReceiver {
  /** Whom the mail was for, and whom it came to be for on its way, as the server writes them. */
  readonly addresses: readonly string[];
  /** RFC 3464 §2.3.3. */
  readonly action: 'failed' | 'delayed';
  /** `5.1.1` (RFC 3463); empty where it has none. */
  readonly status: string;
  /** The refusing server's answer, `550 5.1.1 …`; only looked at, never repeated. */
  readonly diagnostic: string;
}

/** So much of a mail is read: what the server says stands before the mail that it sends back. */
export const reportBytesMax = 128 * 1024;

/** Of one mail to one receiver there is one; whoever has more is not speaking of a mail of ours. */
const receiversMax = 10;
const diagnosticMax = 500;

/** Whether a mail that begins so may be a report: a mail of people is not read any further. */
export const looksLikeReport = (head: Buffer): boolean =>
  typeOf(partOf(head.toString('latin1')).headers) === 'multipart/report';

/** Null: it is none, or says nothing of a mail that is late or lost. Never throws. */
export function readReport(bytes: Buffer): Report | null {
  const whole = partOf(bytes.subarray(0, reportBytesMax).toString('latin1'));
  if (typeOf(whole.headers) !== 'multipart/report') return null;
  const parts = partsOf(whole);
  const status = parts.find(part => statusTypes.includes(typeOf(part.headers)));
  if (status === undefined) return null;
  const [ofMail, ...ofReceivers] = groupsOf(decoded(status));
  const receivers = ofReceivers.slice(0, receiversMax).flatMap(receiverOf);
  const ids = [
    ...idIn(ofMail?.get('original-envelope-id')),
    ...parts.flatMap(part => idIn(originalOf(part)?.get('message-id'))),
  ];
  return receivers.length === 0 || ids.length === 0 ? null : { ids: [...new Set(ids)], receivers };
}

/** With those of RFC 6533, for mail in all letters. */
const statusTypes: readonly string[] = ['message/delivery-status', 'message/global-delivery-status'];
const originalTypes: readonly string[] = [
  ...['message/rfc822', 'text/rfc822-headers'],
  ...['message/global', 'message/global-headers'],
];

/** Groups of fields with an empty line between them (RFC 3464 §2.1). */
function groupsOf(text: string): readonly Headers[] {
  const groups: string[][] = [[]];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() !== '') groups.at(-1)?.push(line);
    else if (groups.at(-1)?.length !== 0 && groups.length <= receiversMax) groups.push([]);
  }
  return groups.filter(lines => lines.length > 0).map(headersOf);
}

const originalOf = (part: Part): Headers | null =>
  originalTypes.includes(typeOf(part.headers)) ? partOf(decoded(part)).headers : null;

/** The id of a message in its Message-ID, or in the id that was given with its envelope. */
function idIn(text: string | undefined): readonly string[] {
  const [, id] = /^<?(m_[0-9a-z]{1,60})(?:@|$)/.exec(text?.trim() ?? '') ?? [];
  return id === undefined ? [] : [id];
}

function receiverOf(fields: Headers): readonly ReportedReceiver[] {
  const action = fields.get('action')?.trim().toLowerCase();
  if (action !== 'failed' && action !== 'delayed') return [];
  const addresses = ['original-recipient', 'final-recipient'].flatMap(name => addressIn(fields.get(name)));
  const [status = ''] = /^\d\.\d{1,3}\.\d{1,3}/.exec(fields.get('status') ?? '') ?? [];
  const diagnostic = afterType(fields.get('diagnostic-code') ?? '').slice(0, diagnosticMax);
  return [{ addresses: [...new Set(addresses)], action, status, diagnostic }];
}

/** `rfc822; bea@example.org`, which some write in angle brackets. */
function addressIn(field: string | undefined): readonly string[] {
  const text = afterType(field ?? '');
  const bare = text.startsWith('<') && text.endsWith('>') ? text.slice(1, -1) : text;
  return bare === '' ? [] : [bare, fromXtext(bare)];
}

/** Some give the address back as it stood in the envelope (RFC 3461 §4). */
const fromXtext = (text: string): string =>
  text.replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const afterType = (field: string): string => field.slice(field.indexOf(';') + 1).trim();
