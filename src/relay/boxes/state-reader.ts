/** Reads a box's state topic: a document is believed as far as the box has signed it, and not older than what it has said before. */
import { type BoxStateDocument, readState } from '../../wire/box-state.ts';
import { isLater, type StatePlace, stateText } from '../domain/box-told.ts';
import type { SessionContext } from './session-context.ts';

/** The newest that was believed in this session. */
export class StateReader {
  readonly #session: SessionContext;
  #last: StatePlace | null = null;

  constructor(session: SessionContext) {
    this.#session = session;
  }

  receive(payload: Uint8Array): void {
    // An empty one only takes off what was retained.
    if (payload.length === 0) return;
    const { box, fleet } = this.#session;
    const read = readState(payload, box.id, box.sign);
    if ('rejected' in read) {
      fleet.counted('refused');
      // Whatever it was: somebody who is not the box can have put it there.
      this.#session.dispatch({ type: 'refused', reason: read.rejected });
    } else this.#read(read.state, read.isSigned);
  }

  /** A will, or who says goodbye: whoever runs the broker can cut the link, and so may say that it is cut. */
  #read(state: BoxStateDocument, isSigned: boolean): void {
    if (state.link !== 'up') this.#session.dispatch({ type: 'state', link: 'lost' });
    else if (isSigned || this.#session.state.signsState !== true) this.#up(state, isSigned);
    else {
      this.#session.fleet.counted('refused');
      this.#session.dispatch({ type: 'refused', reason: 'bad-message' });
    }
  }

  #up(state: Extract<BoxStateDocument, { link: 'up' }>, isSigned: boolean): void {
    const { boxEpoch = 0, seq = 0, at, troubles } = state;
    const place = isSigned ? { boxEpoch, seq, at } : null;
    if (!isLater(this.#last, place)) {
      this.#session.fleet.log.debug({ box: this.#session.box.id }, 'an old state was said again');
      return;
    }
    this.#last = place ?? this.#last;
    const { box, fleet, state: known } = this.#session;
    this.#session.dispatch({ type: 'state', link: 'up' });
    fleet.writeBehind.push({
      ...{ kind: 'state', now: fleet.time.wall(), owner: { account: box.account, box: box.id } },
      told: {
        place,
        at,
        troubles,
        text: stateText(state, place),
        isOlderProgram: known.signsState === false,
      },
    });
  }
}
