/** The section `cabinet` (contracts.md §2): a page on which a simulated box is played with. */
import type { Check, Place } from '../../base/config/check.ts';
import {
  also,
  claim,
  inside,
  integer,
  list,
  mapping,
  optional,
  problem,
  required,
  text,
} from '../../base/config/check.ts';
import { label, path } from '../../base/config/texts.ts';
import { readBrokerUrl } from '../../wire/mqtt/address.ts';
import type { BoxConfig, CabinetCable, CabinetConfig } from './model.ts';
import { hostAndPort, listenAddress } from './values.ts';

const slotsMax = 999;

const keyField = mapping({
  name: required(
    also(label(64), (value, at) => {
      claim(at, 'name of a key', value);
      return value;
    }),
  ),
  slot: required(
    also(integer(1, slotsMax), (value, at) => {
      claim(at, 'place of a key', String(value));
      return value;
    }),
  ),
  tag: required(text(/^[0-9A-F]{10}$/, 10, 'ten hex digits, in capitals, as a reader sends them')),
});

const cable: Check<CabinetCable> = also(
  mapping({ listen: required(listenAddress), to: required(hostAndPort) }),
  ({ listen, to }) => ({ port: listen.port, to }),
);

export const cabinet = (folder: string): Check<CabinetConfig> =>
  also(
    mapping({
      listen: required(listenAddress),
      keys: optional(list(keyField, 0, slotsMax), []),
      cable: optional<CabinetCable | null>(cable, null),
      relay: optional<string | null>(path(folder), null),
      restartedBy: optional<string | null>(label(64), null),
    }),
    ({ listen, ...rest }) => ({ ...listen, ...rest }),
  );

/** Said even when other sections are wrong, since a cabinet that opens real locks is the worst of mistakes. */
export function refuseCabinetOfRealLocks(value: unknown, at: Place): void {
  if (typeof value !== 'object' || value === null || !('cabinet' in value) || value.cabinet === null) return;
  const chosen = 'gpio' in value ? value.gpio : null;
  const driver = typeof chosen === 'object' && chosen !== null && 'driver' in chosen ? chosen.driver : null;
  if (driver !== 'sim') problem(inside(at, 'cabinet'), 'is possible with gpio driver sim only');
}

/** A cable that nothing goes through would be cut without anybody noticing. */
export function refuseLooseCable(
  { cabinet, uplink }: Pick<BoxConfig, 'cabinet' | 'uplink'>,
  at: Place,
): void {
  const port = cabinet?.cable?.port;
  if (port === undefined || (uplink !== null && readBrokerUrl(uplink.url).port === port)) return;
  const message = `goes nowhere: uplink.url must lead to its end, such as mqtt://127.0.0.1:${port}`;
  problem(inside(inside(at, 'cabinet'), 'cable'), message);
}
