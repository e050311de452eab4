/** The fleet's dependencies, given by the rooms beneath. */
import type { Log } from '../../base/log.ts';
import type { Random } from '../../base/random.ts';
import type { Time } from '../../base/time.ts';
import type { BoxSet } from '../domain/box-set.ts';
import type { AtRest } from '../secrets/at-rest.ts';
import type { RelayStore } from '../store/store.ts';

export interface FleetDeps {
  readonly store: RelayStore;
  readonly atRest: AtRest;
  readonly time: Time;
  readonly random: Random;
  readonly log: Log;
  /** Whether the disk has room for events; bookings and what people do are written as long as it goes. */
  readonly hasRoom: () => boolean;
  /** Bytes of events that one box may add in a day without being slowed; as `event-budget.ts` says unless a test does. */
  readonly eventsADayBytes?: number;
  /** Hears of each set that was read to be sent or compared. */
  readonly onSetRead?: (box: string, set: BoxSet) => void;
}
