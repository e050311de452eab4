import type { BoxStateDocument } from '../../wire/box-state.ts';
import type { Link } from '../../wire/mqtt/link.ts';
import type { StatusReport } from '../../wire/report.ts';
import { topic } from '../../wire/topics.ts';
import type { BoxState } from '../core/model.ts';
import type { Standing, Time } from '../ports.ts';
import { Alarms } from './alarms.ts';

/** Changes that come faster are told together. */
const throttleMs = 5_000;
/** The age of the bookings moves on without any change. */
const refreshMs = 600_000;
/** A cabinet whose slots would not fit tells of them by events alone. */
const documentMaxBytes = 48 * 1024;

export type UpDocument = Extract<BoxStateDocument, { link: 'up' }>;

export const lostDocument: Uint8Array = bytesOf({ link: 'lost', v: 1 });

export const stoppedDocument = (at: number): Uint8Array => bytesOf({ link: 'stopped', v: 1, at });

/** No secret is in it: whoever may read the topic may know all of this. */
export function upDocument(report: StatusReport, { epoch, rev }: Standing, at: number): Uint8Array {
  const document: UpDocument = {
    link: 'up',
    v: 1,
    at,
    program: report.program,
    epoch,
    rev,
    syncAgeS: report.sync.ageS,
    takes: report.takes,
    returns: report.returns,
    troubles: [...new Set([...report.reasons, ...report.remarks].map(({ code }) => code))],
    slots: report.slots.map(({ slot, door, key, faults }) => ({
      slot,
      door,
      key,
      faulted: faults.length > 0,
    })),
  };
  const bytes = bytesOf(document);
  return bytes.length <= documentMaxBytes ? bytes : bytesOf({ ...document, slots: [] });
}

function bytesOf(document: BoxStateDocument): Uint8Array {
  return Buffer.from(JSON.stringify(document));
}

export interface StatePublisherParts {
  readonly time: Time;
  readonly box: string;
  readonly link: () => Link | null;
  readonly document: () => Uint8Array;
}

/** Keeps the retained document fresh, without hurry. */
export class StatePublisher {
  readonly #parts: StatePublisherParts;
  readonly #alarms: Alarms<'publish' | 'refresh'>;
  #last = '';
  #seen: BoxState | null = null;

  constructor(parts: StatePublisherParts) {
    this.#parts = parts;
    this.#alarms = new Alarms(parts.time);
  }

  /** The link has just published it by itself. */
  connected(): void {
    this.#last = '';
    this.#refresh();
  }

  disconnected(): void {
    this.#alarms.clearAll();
  }

  changed(state: BoxState): void {
    const seen = this.#seen;
    this.#seen = state;
    const same =
      seen?.slots === state.slots &&
      seen.keys === state.keys &&
      seen.health === state.health &&
      seen.lockdown === state.lockdown &&
      seen.sync === state.sync &&
      seen.clock.level === state.clock.level;
    if (same || this.#parts.link()?.up !== true || this.#alarms.isSet('publish')) return;
    this.#alarms.in(throttleMs, 'publish', () => this.#publish());
  }

  #publish(): void {
    const link = this.#parts.link();
    if (link?.up !== true) return;
    const document = this.#parts.document();
    const text = Buffer.from(document)
      .toString('utf8')
      .replace(/"at":\d+,/, '');
    if (text === this.#last) return;
    this.#last = text;
    link.publish(topic(this.#parts.box, 'state'), document, { retain: true }).catch(() => {
      this.#last = '';
    });
  }

  #refresh(): void {
    this.#alarms.in(refreshMs, 'refresh', () => {
      this.#publish();
      this.#refresh();
    });
  }
}
