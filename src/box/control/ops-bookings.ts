import { bookingId } from '../../base/brand.ts';
import type { Json } from '../../base/canonical.ts';
import { Fault } from '../../base/fault.ts';
import { importBookings } from '../bookings/import.ts';
import { importKeys, type KeySource } from '../bookings/key-import.ts';
import { addLocal } from '../bookings/local-booking.ts';
import { requireWritable } from '../ports/writable.ts';
import type { BoxHandle } from '../ports.ts';
import { operation, soughtArg } from './args.ts';
import type { Operation } from './call.ts';
import { whyOf } from './ops-command.ts';

const busy = new WeakSet<BoxHandle>();

/** One change of the cache at a time: what was judged must still be so when it is kept. @throws Fault `busy` */
const alone =
  (operation: Operation): Operation =>
  async (call, box) => {
    if (busy.has(box)) {
      throw new Fault('busy', 'bookings or keys are being changed just now', 'Ask again in a moment.');
    }
    busy.add(box);
    try {
      // What an earlier import has decided and a full disk or a kill held up comes first.
      await box.store.incoming.settle();
      return await operation(call, box);
    } finally {
      busy.delete(box);
    }
  };

const asJson = (report: object): Json => report as unknown as Json;

const bookingsImport = alone(
  operation({}, async (_args, call, box) => asJson(await importBookings(call, box))),
);

/** Its args are the members of a row of a file, and are read as such a row is. */
const bookingsAdd = alone(async (call, box) => {
  const why = whyOf(call);
  return asJson(await addLocal(call.args, { who: call.who, why }, box));
});

const bookingsCancel = alone(
  operation({ id: soughtArg(64) }, (args, call, box) => {
    const id = bookingId(args.id);
    const { bookings } = box.store;
    const view = bookings.get(id);
    requireWritable(box.state().health.storage);
    if (view === null) {
      throw new Fault('no-such-booking', `there is no booking ${id}`, 'smartbox bookings list shows them.');
    }
    if (view.origin === 'relay') {
      throw new Fault('enrolled', 'this booking came from the relay', 'Cancel it there.');
    }
    if (view.cancelled) return { id, cancelled: false };
    const { who, why } = call;
    const more = why === null ? {} : { why };
    box.write({ type: 'bookings-changed', count: 1, who, what: 'cancel', booking: id, ...more }, () => {
      bookings.cancel(id);
    });
    return { id, cancelled: true };
  }),
);

const keysImport = alone(operation({}, async (_args, call, box) => asJson(await importKeys(call, box))));

/** An import of one row, which its args are. */
const keysAdd = alone(async (call, box) => {
  const source: KeySource = {
    who: call.who,
    why: call.why,
    rows: async function* () {
      yield call.args as Json;
    },
  };
  return asJson(await importKeys(source, box));
});

export const bookingOperations: readonly (readonly [string, Operation])[] = [
  ['bookings.import', bookingsImport],
  ['bookings.add', bookingsAdd],
  ['bookings.cancel', bookingsCancel],
  ['keys.import', keysImport],
  ['keys.add', keysAdd],
];
