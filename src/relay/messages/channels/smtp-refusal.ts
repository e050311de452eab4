/**
 * Whose fault it is that a mail server takes a mail for nobody: the person's (the address, the mailbox), or the way's (this sender
 * is blocked, or set up wrongly), which nobody can mend by correcting an address. RFC 5321 §4.2, RFC 3463 §3.
 */

type Fault = 'person' | 'way' | 'passing';

interface Refusal {
  /** Three digits; 0: there was no answer. */
  readonly code: number;
  /** The command that it answered: `RCPT TO`, `DATA` … */
  readonly command: string;
  /** The whole answer; only looked at, never repeated. */
  readonly response: string;
}

/** Longest part of an answer that is judged. */
const judgedMax = 500;
/** Sender's address not valid, or its domain not accepted (RFC 3463 §3.2): of ours, not of the receiver's. */
const aboutSender: readonly string[] = ['5.1.7', '5.1.8'];
const wayWords: readonly RegExp[] = [
  /block|banned|(?<!not )listed|black ?list|spam|junk|unsolicited|\bbulk\b|suspicious|dnsbl|\brbl\b|reputation|policy/i,
  /relay|denied|prohibit|not permitted|not allowed|unauthori[sz]ed|not authori[sz]ed|authenticat/i,
  /\bspf\b|dkim|dmarc|reverse|\bptr\b|\brdns\b|\bhelo\b|\behlo\b|sender|client host|unknown host|\bips?\b/i,
  /rate limit|too many|\bmessages? (?:refused|rejected|from)\b/i,
];
/** A message that is too large (RFC 1870 §6.1) is nobody's address, unless it is said of what the mailbox may hold. */
const sizeWords = /\b(?:message|mail|data)\b.{0,30}\b(?:size|length|too (?:large|big|long)|exceeds)\b/i;
const storageWords = /mailbox|quota|storage/i;
/** Of the receiver's address (RFC 5321 §4.2.3 and §3.5.3, RFC 7504): other codes say nothing of it. */
const addressCodes: readonly number[] = [501, 550, 551, 552, 553, 556];
const personWords =
  /user|mailbox|recipient|account|no such|unknown|does not exist|doesn.t exist|not found|full|quota|inactive|disabled/i;

export function faultOf({ code, command, response }: Refusal): Fault {
  const isOfReceiver = /^(?:RCPT|DATA|BDAT)/.test(command);
  if (!isOfReceiver) return 'way';
  if (code < 500 || code > 599) return 'passing';
  const text = response.slice(0, judgedMax);
  const status = statusOf(text);
  const [, subject = '0', detail = '0'] = status.split('.');
  const isOfPerson = (subject === '1' || subject === '2') && !aboutSender.includes(status);
  // `5.1.0` or `5.5.0` say no more than their subject, which servers use for whatever they like: there the words decide.
  const isPlain = status.startsWith('5.') && subject !== '0' && (detail !== '0' || subject === '7');
  if (isPlain) return isOfPerson ? 'person' : 'way';
  if (wayWords.some(words => words.test(text))) return 'way';
  if (sizeWords.test(text) && !storageWords.test(text)) return 'way';
  if (isOfPerson || personWords.test(text)) return 'person';
  // In doubt an address is only blamed where it was what was asked about.
  if (subject !== '0') return 'way';
  return command.startsWith('RCPT') && addressCodes.includes(code) ? 'person' : 'way';
}

/**
 * Unable to route (RFC 3463 §3.5). In a report it is what Postfix and others say of a domain that does not exist, once they have
 * taken the mail: a slip of whoever wrote the address.
 */
const noSuchDomain = '5.4.4';

/**
 * Judges a server's report about a mail that it had taken (RFC 3464 §2.3.4 and §2.3.6), by the same rules as if it had said so at once.
 * `status` is the report's own, which a refusal in `diagnostic` may know better.
 */
export function faultOfReport({
  status,
  diagnostic,
}: {
  readonly status: string;
  readonly diagnostic: string;
}): Fault {
  const [code = status.startsWith('4') ? '450' : '550'] = /^[45]\d\d(?=[ -])/.exec(diagnostic) ?? [];
  const words = diagnostic.replace(/^[45]\d\d[ -]/, '');
  const response =
    statusOf(diagnostic) !== '' || status === '' ? `${code} ${words}` : `${code} ${status} ${words}`;
  if (statusOf(response) === noSuchDomain) return 'person';
  return faultOf({ code: Number(code), command: 'RCPT TO', response });
}

/** `5.7.1`, also as Cisco's gateways (`550 #5.7.1 …`) and qmail (`553 sorry … (#5.7.1)`) write it; empty where the answer has none. */
export function statusOf(response: string): string {
  const text = response.slice(0, judgedMax);
  const found = /^\d{3}[ -]#?(\d\.\d{1,3}\.\d{1,3})\b/.exec(text) ?? /\(#(\d\.\d{1,3}\.\d{1,3})\b/.exec(text);
  return found?.[1] ?? '';
}
