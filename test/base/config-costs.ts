/** What a value of a configuration costs: box.yaml and relay.yaml, each value and each name of either. */
import assert from 'node:assert/strict';
import { parse as parseYaml } from 'yaml';
import { configMaxBytes } from '../../src/base/config/document.ts';
import { sentenceOf } from '../../src/base/config/problem.ts';
import type { Parsed } from '../../src/base/config/read.ts';
import { parseRelayConfig } from '../../src/relay/config/config.ts';
import { full as boxYaml, parse as parseBox } from '../box/config/samples.ts';
import { cpuOf, mustBeCheap, mustKeepPace, withOneReplaced } from '../long-texts.ts';

const insideYaml = `
data: /var/lib/relay
http: { listen: 127.0.0.1:8080, url: "https://a.example", trustProxy: [10.1.0.0/16] }
mqtt: { listen: 127.0.0.1:1883, url: "mqtts://a.example", tls: { certFile: c, keyFile: k }, caFile: ca, plain: false }
store: { url: "postgres://u@h/db", passwordFile: p }
secrets: { keyFile: k }
fleetio: { allowLoopback: false }
mail: { url: "smtps://u@m.example:465", passwordFile: p, from: a@b.example, caFile: ca }
sms: { provider: http, url: "https://g.example/", headersFile: h, contentType: application/json, body: '{"to": "{to}", "text": "{text}"}' }
limits: { requestsBurst: 1, requestsPerMin: 1, messagesPerDay: 1, messagesPerPhoneDay: 1 }
log: info
`;
const outsideYaml = `
broker:
  url: mqtts://b.example
  caFile: ca
  username: u
  passwordFile: p
  boxes: { url: "mqtts://c.example", caFile: ca }
  mosquitto: { folder: f, dataFolder: d, listen: 0.0.0.0:8883, tls: { certFile: c, keyFile: k }, pidFile: p, runAs: u }
  plain: false
sms: { provider: twilio, accountSid: AC1, authTokenFile: t, from: "+31201234567", url: "https://t.example" }
`;
const parseRelay = (text: string): Parsed<unknown> =>
  parseRelayConfig(text, { folder: '/etc/smartbox', here: '/srv', data: null });

export type ConfigFile = readonly [name: string, text: string, parse: (text: string) => Parsed<unknown>];

export const files: readonly ConfigFile[] = [
  ['box.yaml', boxYaml, parseBox],
  ['relay.yaml', insideYaml, parseRelay],
  ['relay.yaml with a broker outside', outsideYaml, parseRelay],
];

/** As long as a file may be, in bytes of the widest shape. */
const length = Math.floor(configMaxBytes / 7);

/** Each value has every `nth` of the shapes, the next one others. */
export async function valuesAreCheap(
  [name, text, parse]: ConfigFile,
  shapes: (length: number) => Readonly<Record<string, string>>,
  nth: number,
): Promise<void> {
  const good = parseYaml(text) as object;
  const first = parse(text);
  assert.ok('config' in first, JSON.stringify(first));
  let rest = 0;
  let most = 0;
  for (const [turn, [shape, long]] of Object.entries(shapes(length)).entries())
    for (const [at, [path, value]] of [...withOneReplaced(good, long)].entries()) {
      if ((at + turn) % nth !== 0) continue;
      const file = JSON.stringify(value);
      const cost = await mustBeCheap(`${path}, ${shape}`, () => {
        const parsed = parse(file);
        const said = 'problems' in parsed ? parsed.problems.map(sentenceOf) : [];
        assert.ok(said.length > 0, `${path}, ${shape} is taken`);
        assert.ok(
          said.every(each => each.length < 2_000),
          `${path}, ${shape} is said back`,
        );
      });
      rest = Math.max(rest, await cpuOf(() => parse(text)));
      most = Math.max(most, cost);
    }
  // A file is read in one turn.
  mustKeepPace(name, most, rest);
}
