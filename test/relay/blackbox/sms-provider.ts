/** Twilio, played: takes SMS as its API does, and calls back, signed, with what became of each. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { freePort } from '../../../scripts/rig/mosquitto-server.ts';
import type { RelayRig, Sections } from '../../../scripts/rig/relay-rig.ts';

const authToken = 'made-up-token';
/** As others reach the relay: Twilio calls back over https alone. */
const publicUrl = 'https://keys.example.org';

export interface SentSms {
  readonly sid: string;
  readonly to: string;
  readonly text: string;
  readonly callback: string;
}

export interface SmsProvider {
  readonly got: SentSms[];
  /** Of relay.yaml; the file with the token is written by `prepare`. */
  readonly sections: Sections;
  prepare(relay: RelayRig): Promise<void>;
  /** Called before the SMS is answered for. */
  before: (sms: SentSms) => Promise<void>;
  /** Every number is a wrong one. */
  refuses: boolean;
  /** Calls back, as Twilio does; the status of the answer. */
  call(relay: RelayRig, sms: SentSms, members: Readonly<Record<string, string>>): Promise<number>;
}

export async function smsProvider(t: TestContext): Promise<SmsProvider> {
  const got: SentSms[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const part = (name: string): string => form.get(name) ?? '';
    const sid = `SM${got.length + 1}`;
    const sms = { sid, to: part('To'), text: part('Body'), callback: part('StatusCallback') };
    await provider.before(sms);
    got.push(sms);
    if (provider.refuses) {
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ code: 21_211 }));
      return;
    }
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ sid }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const listen = `127.0.0.1:${await freePort()}`;
  const account = { accountSid: 'AC1', authTokenFile: 'twilio.token', from: '+15005550006' };
  const provider: SmsProvider = {
    got,
    sections: {
      http: { listen, url: publicUrl },
      sms: { provider: 'twilio', ...account, url },
    },
    prepare: async relay => {
      writeFileSync(join(relay.dir, 'twilio.token'), `${authToken}\n`, { mode: 0o600 });
      relay.reachAt(`http://${listen}`);
    },
    before: async () => {},
    refuses: false,
    call: async (relay, { sid, callback }, members) => {
      const form = new URLSearchParams({ MessageSid: sid, ...members });
      const sorted = [...form].sort(([a], [b]) => (a < b ? -1 : 1)).map(pair => pair.join(''));
      const hmac = createHmac('sha1', authToken).update(callback + sorted.join(''));
      const headers = {
        ...{ 'content-type': 'application/x-www-form-urlencoded' },
        'x-twilio-signature': hmac.digest('base64'),
      };
      const path = callback.slice(publicUrl.length);
      return (await relay.ask('POST', path, { raw: form.toString(), headers })).status;
    },
  };
  return provider;
}
