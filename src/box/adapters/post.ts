import { seconds } from '../../base/brand.ts';
import { codeOf, Fault, reasonOf } from '../../base/fault.ts';
import { callHttp, type HttpAnswer, HttpCallError } from '../../base/http-call.ts';
import { DatedTrust, RefusedError } from '../../wire/tls/dated-trust.ts';
import type { KnownTime } from '../../wire/tls/known-time.ts';
import type { Post } from '../ports.ts';

const answerMaxBytes = 128 * 1024;

/**
 * `Post`: within 20 s, redirected nowhere, over one connection that is closed after the answer, since a pool would outlive it. The URL
 * carries no secret and may be named. The relay's certificate is judged as that of its broker is: see `DatedTrust`.
 */
export function posting(now: () => KnownTime): Post {
  const trust = new DatedTrust(now);
  return async (url, body) => {
    try {
      const { status, text } = await sentAgain(url, body, trust);
      if (status < 300 || status >= 400) return { status, body: text };
    } catch (error) {
      throw faultOf(url, error);
    }
    throw new Fault('relay-answer', `${url} sends us elsewhere`, 'Give the address of the relay itself.');
  };
}

function faultOf(url: string, error: unknown): Fault {
  if (error instanceof RefusedError) return untrusted(url, error);
  if (error instanceof HttpCallError && error.reason === 'too-large')
    return new Fault('relay-answer', `${url} answers without end`, 'Is this the address of a relay?');
  return new Fault(
    'relay-away',
    `${url} does not answer (${codeOf(error instanceof HttpCallError ? error.cause : error) || reasonOf(error)})`,
    'Check the address and the network of this box; nothing has changed on it, and the claim is still good.',
    error,
  );
}

const untrusted = (url: string, error: RefusedError): Fault =>
  new Fault(
    'relay-untrusted',
    `the certificate of ${url} is not believed: ${error.message} (${error.code})`,
    error.code.startsWith('CERT_')
      ? 'If the clock of this box is wrong: smartbox clock set TIME. Nothing has changed on it, and the claim is still good.'
      : 'Check the address, and who stands in between; nothing has changed on this box, and the claim is still good.',
    error,
  );

/** A server whose certificate has a wrong date is refused before anything was sent; a second look may find that it is good. */
async function sentAgain(url: string, body: string, trust: DatedTrust): Promise<HttpAnswer> {
  try {
    return await sent(url, body, trust);
  } catch (error) {
    if (!(error instanceof RefusedError && error.again)) throw error;
    await trust.examined();
    return await sent(url, body, trust);
  }
}

function sent(address: string, body: string, trust: DatedTrust): Promise<HttpAnswer> {
  const url = new URL(address);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return callHttp({
    ...{ method: 'POST', url, headers: { 'content-type': 'application/json' }, body },
    ...{ withinMs: seconds(20), answerMaxBytes, longer: 'refused' },
    judge: socket => {
      const refusal = trust.judge(socket, host, null);
      return refusal === null ? null : new RefusedError(refusal);
    },
  });
}
