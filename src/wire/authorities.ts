/**
 * Whom a box believes the broker to be: the certificate authorities that the relay tells it, as PEM; null: those of its system.
 * A list comes with the enrolment, and later as a message of the relay's, which nobody else can make.
 */
import { X509Certificate } from 'node:crypto';
import { Fault, reasonOf } from '../base/fault.ts';
import { digest } from './chain.ts';

export type Authorities = string | null;

/** Some twenty certificates: it fits into one message, sealed and in base64. */
export const authoritiesMaxChars = 32_768;

/** By which the relay knows whether a box has its newest list. `chainReady` must have settled. */
export const authoritiesDigest = (list: Authorities): string => digest(`authorities/1\n${list ?? ''}`);

const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Every certificate of a PEM text, in its order; what stands between them is not read.
 * @throws Fault `bad-input` for a text without a certificate, or with one that cannot be read
 */
export function readCertificates(pem: string): readonly X509Certificate[] {
  const hint = 'It must hold certificates as PEM, one after the other.';
  if (pem.length > authoritiesMaxChars)
    throw new Fault('bad-input', `more than ${authoritiesMaxChars} characters of certificates`, hint);
  const blocks = pem.match(block) ?? [];
  if (blocks.length === 0) throw new Fault('bad-input', 'there is no certificate in it', hint);
  const begun = pem.split('-----BEGIN CERTIFICATE-----').length - 1;
  if (begun !== blocks.length) throw new Fault('bad-input', 'a certificate in it is cut short', hint);
  return blocks.map((text, at) => {
    try {
      return new X509Certificate(text);
    } catch (error) {
      throw new Fault('bad-input', `certificate ${at + 1} cannot be read: ${reasonOf(error)}`, hint, error);
    }
  });
}
