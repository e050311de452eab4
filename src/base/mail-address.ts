/** The one reader of mail addresses: for the API, settings, the fleet's system, and the moment of sending alike. */
import { domainToASCII } from 'node:url';
import type { Brand } from './brand.ts';

/** An address that SMTP takes as it stands (RFC 5321 §4.1.2), in small letters, its domain in ASCII. Only this file makes one. */
export type MailAddress = Brand<string, 'MailAddress'>;

type MailReading =
  | { readonly is: 'read'; readonly address: MailAddress }
  | { readonly is: 'refused'; readonly why: string };

/** RFC 5321 §4.5.3.1: octets of the local part, of a domain, of a path without its brackets; of a label RFC 1035 §2.3.4. */
const localMax = 64;
const domainMax = 253;
const addressMax = 254;
/** An address whose domain is written in letters beyond ASCII may be longer before it is read than after. */
const charactersMax = 320;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
/** RFC 5322 §3.2.3 `dot-atom-text`. */
const localShape = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * One address and nothing else. Spaces around it are dropped. Its letters are made small: mailboxes that differ only by
 * capitals exist on paper (RFC 5321 §2.4), and people write theirs both ways. A domain beyond ASCII is read as its A-labels
 * (RFC 5891), which every server can take. Refused, since no server of ours could be sure to reach them: quoted local parts,
 * local parts beyond ASCII (they need SMTPUTF8 on the whole way), address literals. A domain without a dot is taken: a fleet may
 * have a mail server that only its own network knows.
 */
export function readMail(text: string): MailReading {
  if (text.length > charactersMax) return refused('is longer than any mail address');
  if (control.test(text)) return refused('holds a control character');
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 1 || at === trimmed.length - 1) return refused('is no mail address');
  const local = trimmed.slice(0, at).toLowerCase();
  const why = localProblem(local);
  if (why !== null) return refused(why);
  const domain = domainOf(trimmed.slice(at + 1));
  if (domain === null) return refused('has no domain that mail can be sent to');
  const address = `${local}@${domain}`;
  return address.length > addressMax
    ? refused('is longer than any mail address')
    : { is: 'read', address: address as MailAddress };
}

/** Gives the part behind the @. */
export const domainIn = (address: MailAddress): string => address.slice(address.lastIndexOf('@') + 1);

const refused = (why: string): MailReading => ({ is: 'refused', why });

function localProblem(local: string): string | null {
  if (local.length > localMax) return `has more than ${localMax} characters before the @`;
  if (local.startsWith('"')) return 'has a quoted name before the @, which is not supported';
  if (/[^\u0020-\u007e]/.test(local)) return 'has letters beyond ASCII before the @, which is not supported';
  return localShape.test(local) ? null : 'is no mail address';
}

function domainOf(text: string): string | null {
  // The function of the URL standard would read more into these than a name of a host.
  if (!/^[\p{L}\p{M}\p{N}.\-。]+$/u.test(text)) return null;
  const domain = domainToASCII(text.normalize('NFC'));
  const labels = domain.split('.');
  const isName = labels.every(each => label.test(each));
  // A last label of digits alone is the end of an IP address (RFC 3696 §2).
  return isName && domain.length <= domainMax && !/^\d+$/.test(labels.at(-1) ?? '') ? domain : null;
}
