/** `doctor` checks here the certificate that boxes meet: in the files, and at the listener. */
import { Fault } from '../../../base/fault.ts';
import type { Authorities } from '../../../wire/authorities.ts';
import { readBrokerUrl } from '../../../wire/mqtt/address.ts';
import { readAuthorities, readPair } from '../../broker/certificates/certificate-files.ts';
import { endOf, instantText, nameOf, objection, pathOf } from '../../broker/certificates/chain-facts.ts';
import { peerCertificate } from '../../broker/certificates/peer-certificate.ts';
import type { MqttConfig, RelayConfig } from '../../config/model.ts';
import type { Finding } from './finding.ts';

const dayMs = 86_400_000;
const warnDays = 14;
const badDays = 2;

export async function ofCertificates(
  { mqtt, broker }: RelayConfig,
  now: number,
): Promise<readonly Finding[]> {
  if (mqtt !== null) return mqtt.tls === null ? [] : await told(() => ofFiles(mqtt, now));
  if (broker === null || !broker.boxes.url.startsWith('mqtts:')) return [];
  return await ofOutside(broker.boxes.url, now);
}

async function told(look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [{ level: 'bad', text: error.message, hint: error.hint }];
  }
}

async function ofFiles({ tls: files, caFile, listen }: MqttConfig, now: number): Promise<readonly Finding[]> {
  if (files === null) return [];
  const pair = await readPair(files);
  const authorities: Authorities = caFile === null ? null : await readAuthorities(caFile);
  const about = `the certificate of mqtt.tls (${nameOf(pair.chain)})`;
  const wrong = objection(pair.chain, authorities, now);
  const hint =
    'Put a certificate there that the authorities of mqtt.caFile stand behind, now and for a while.';
  const served = await peerCertificate(listen.host, listen.port);
  return [
    wrong === null
      ? ending(about, endOf(pathOf(pair.chain, authorities) ?? pair.chain), now)
      : { level: 'bad', text: `${about} shuts boxes out: ${wrong}`, hint },
    ...(served === null || served.fingerprint256 === pair.chain[0].fingerprint256
      ? []
      : [
          {
            level: 'bad',
            text: `the relay serves another certificate than the one in ${files.certFile}, which ends on ${instantText(Date.parse(served.validTo))}`,
            hint: 'Look at its Problems for the reason; SIGHUP makes it read the files again.',
          } as const,
        ]),
  ];
}

async function ofOutside(url: string, now: number): Promise<readonly Finding[]> {
  const { host, port } = readBrokerUrl(url);
  const served = await peerCertificate(host, port);
  return served === null ? [] : [ending(`the certificate of ${url}`, Date.parse(served.validTo), now)];
}

function ending(about: string, endsAt: number, now: number): Finding {
  const days = Math.floor((endsAt - now) / dayMs);
  const when = instantText(endsAt);
  if (endsAt <= now)
    return { level: 'bad', text: `${about} has ended on ${when}`, hint: 'Renew it now: no box can connect.' };
  const text = `${about} ends on ${when}, in ${days} days`;
  const hint = 'Renew it: what is in the file is served as soon as it is there.';
  if (days < badDays) return { level: 'bad', text, hint };
  return days < warnDays ? { level: 'warning', text, hint } : { level: 'good', text };
}
