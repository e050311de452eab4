import { type BoxStateDocument, signedState } from '../../wire/box-state.ts';
import type { Sign } from '../../wire/envelope.ts';
import type { Link } from '../../wire/mqtt/link.ts';
import type { StatusReport } from '../../wire/report.ts';
import { topic } from '../../wire/topics.ts';
import type { BoxState } from '../core/model.ts';
import type { Standing, Time } from '../ports.ts';
import { NamedTimers } from './named-timers.ts';

/** Changes that come faster are told together. */
const throttleMs = 5_000;
/** The age of the bookings moves on without any change. */
const refreshMs = 600_000;
/** A cabinet whose slots would not fit tells of them by events alone. */
const documentMaxBytes = 48 * 1024;

export type UpDocument = Extract<BoxStateDocument, { link: 'up' }>;
type StoppedDocument = Extract<BoxStateDocument, { link: 'stopped' }>;

export const lostDocument: Uint8Array = bytesOf({ link: 'lost', v: 1 });

/** The members that prove it to be the box's own word, and later than those before. */
export interface StateProof {
  readonly box: string;
  readonly sign: Sign;
  readonly boxEpoch: number;
  /** Of the last event. */
  readonly seq: number;
}

export const stoppedDocument = (at: number, proof: StateProof): Uint8Array =>
  signed({ link: 'stopped', v: 1, at }, proof);

export const upDocumentBytes = (document: UpDocument, proof: StateProof): Uint8Array =>
  signed(document, proof);

function signed(
  document: UpDocument | StoppedDocument,
  { box, sign, boxEpoch, seq }: StateProof,
): Uint8Array {
  return signedState({ ...document, boxEpoch, seq }, box, sign);
}

/** No secret is in it: whoever may read the topic may know all of this. */
export function upDocument(report: StatusReport, { epoch, rev }: Standing, at: number): UpDocument {
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
  return bytesOf(document).length <= documentMaxBytes ? document : { ...document, slots: [] };
}

function bytesOf(document: BoxStateDocument): Uint8Array {
  return Buffer.from(JSON.stringify(document));
}

interface StatePublisherDeps {
  readonly time: Time;
  readonly box: string;
  readonly link: () => Link | null;
  /** As it is now, not signed yet. */
  readonly document: () => UpDocument;
  readonly bytes: (document: UpDocument) => Uint8Array;
}

/** Keeps the retained document fresh, without hurry. */
export class StatePublisher {
  readonly #deps: StatePublisherDeps;
  readonly #timers: NamedTimers<'publish' | 'refresh'>;
  #last = '';
  #seen: BoxState | null = null;

  constructor(deps: StatePublisherDeps) {
    this.#deps = deps;
    this.#timers = new NamedTimers(deps.time);
  }

  /** The link has just published it by itself. */
  connected(): void {
    this.#last = '';
    this.#refresh();
  }

  disconnected(): void {
    this.#timers.clearAll();
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
    if (same || this.#deps.link()?.up !== true || this.#timers.isSet('publish')) return;
    this.#timers.in(throttleMs, 'publish', () => this.#publish());
  }

  #publish(): void {
    const link = this.#deps.link();
    if (link?.up !== true) return;
    const document = this.#deps.document();
    const text = JSON.stringify({ ...document, at: 0 });
    if (text === this.#last) return;
    this.#last = text;
    link.publish(topic(this.#deps.box, 'state'), this.#deps.bytes(document), { retain: true }).catch(() => {
      this.#last = '';
    });
  }

  #refresh(): void {
    this.#timers.in(refreshMs, 'refresh', () => {
      this.#publish();
      this.#refresh();
    });
  }
}
