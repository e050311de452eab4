import type { WallMs } from '../../base/brand.ts';
import type { Log } from '../../base/log.ts';
import type { AuthoritiesMessage } from '../../wire/down.ts';
import type { JournalEvent } from '../../wire/journal.ts';
import type { OpenLink } from '../../wire/mqtt/link.ts';
import type { RelayKey } from '../../wire/relay-key.ts';
import type { BoxPlace } from '../../wire/up.ts';
import type { Effect } from '../core/effect.ts';
import type { InputBody } from '../core/input.ts';
import type { BoxState } from '../core/model.ts';
import type { Report, Store } from '../ports.ts';
import type { ApplierDeps } from './applier.ts';
import type { BoxIdentity } from './sender.ts';
import type { UpDocument } from './state-document.ts';

export interface UplinkDeps extends Omit<ApplierDeps, 'store' | 'write'> {
  readonly store: Pick<Store, 'bookings' | 'keys' | 'synced' | 'journal' | 'incoming'>;
  write(input: InputBody, also: (effects: readonly Effect[]) => void): void;
  readonly report: Report;
  watch(watcher: {
    events(events: readonly JournalEvent[]): void;
    changed(state: BoxState): void;
  }): () => void;
  readonly log: Log;
  readonly identity: BoxIdentity;
  /** The relay that is believed, until it hands over. */
  readonly relayKey: RelayKey;
  /** Id of the box in its own configuration, and the version of its program. */
  readonly label: string;
  readonly place?: BoxPlace | undefined;
  readonly program: string;
  readonly openLink: OpenLink;
  /** 32 hex digits from a CSPRNG. */
  readonly challenge: () => string;
  /** Names this run of the box: 32 hex digits from a CSPRNG, drawn at its start. */
  readonly instance: string;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** The retained document as it would be now. */
  readonly document: () => UpDocument;
  /** The relay has handed over, durably. */
  readonly handedOver: (relayKey: RelayKey) => void;
  /** As `ConversationParts.believeBroker`. */
  readonly believeBroker: (message: AuthoritiesMessage) => boolean;
  /** Digest of the list of authorities by which the broker is known. */
  readonly authorities: () => string;
}

export interface UplinkState {
  readonly up: boolean;
  /** Since when it is so. */
  readonly since: WallMs;
  /** Why it is down or, while it is up, why the relay is not heard all the same; for people. */
  readonly trouble: string | null;
  /** Events that the relay does not have. */
  readonly waiting: number;
}
