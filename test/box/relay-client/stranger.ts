import type { TestContext } from 'node:test';
import { ClaimServer } from '../../../scripts/rig/claim-server.ts';
import { noon } from '../../../scripts/rig/relay-end.ts';
import { bookingId, keyName } from '../../../src/base/brand.ts';
import { silent } from '../../../src/base/log.ts';
import { posting } from '../../../src/box/adapters/post.ts';
import { credentialFile } from '../../../src/box/adapters/vault/credential-file.ts';
import { judgedTime, knownTime } from '../../../src/box/core/clock.ts';
import type { Credentials } from '../../../src/box/ports.ts';
import { RelayClient } from '../../../src/box/relay-client/relay-client.ts';
import type { BrokerTrust } from '../../../src/wire/mqtt/trust.ts';
import type { KnownTime } from '../../../src/wire/tls/known-time.ts';
import { HandLink, plainDocument, UplinkRig } from './rig.ts';

const hour = 3_600_000;

/** A box that runs alone, beside a relay that has a claim for it. */
export class Stranger {
  readonly rig: UplinkRig;
  readonly desk: ClaimServer;
  relation!: RelayClient;
  links: { readonly credentials: Credentials; readonly link: HandLink; readonly trust: BrokerTrust }[] = [];

  private constructor(rig: UplinkRig, desk: ClaimServer) {
    this.rig = rig;
    this.desk = desk;
  }

  static async make(t: TestContext): Promise<Stranger> {
    const rig = await UplinkRig.alone(t);
    const stranger = new Stranger(rig, await ClaimServer.open(t));
    await stranger.open();
    t.after(() => stranger.relation.close());
    return stranger;
  }

  async open(): Promise<void> {
    const { rig } = this;
    const { loop, store, clock: time, vault } = rig;
    const now = (): KnownTime => knownTime(loop.state, { mono: time.mono(), wall: time.wall() });
    this.relation = await RelayClient.open({
      ...{ store, vault, time, log: silent, label: 'box-1', program: '0.0.0', slots: [1, 2, 3] },
      state: () => loop.state,
      judged: () => judgedTime(loop.state, { mono: time.mono(), wall: time.wall() }),
      write: (input, also) => loop.write(input, also),
      report: loop.report,
      watch: watcher => loop.watch(watcher),
      challenge: () => `${this.desk.requests.length}`.padStart(32, '0'),
      instance: '1'.repeat(32),
      random: () => 0.5,
      document: () => plainDocument,
      knownTime: now,
      post: posting(now),
      file: credentialFile(rig.folder),
      links: (credentials, trust) => (options, handlers) => {
        const link = new HandLink(options, handlers);
        this.links.push({ credentials, link, trust });
        return link;
      },
    });
  }

  enrol(claim: string, relay = this.desk.url, plain = false): ReturnType<RelayClient['enrol']> {
    return this.relation.enrol({ relay, claim, plain }, 'ada');
  }

  async reboot(): Promise<void> {
    await this.relation.close();
    this.rig.store.close();
    this.rig.open();
    await this.open();
  }

  books(id: string, origin: 'import' | 'local' | 'relay', digits: string): void {
    const { store, vault, loop } = this.rig;
    const window = { start: (noon - hour) as never, end: (noon + hour) as never };
    loop.write({ type: 'bookings-changed', count: 1, who: 'ada', what: 'import' }, () => {
      store.bookings.put({
        ...{ id: bookingId(id), key: keyName('slot-1'), ...window, origin, reuse: false, driver: null },
        ...{ code: vault.fingerprint('code', digits), phone: null, badge: null, pin: null },
      });
    });
  }
}
