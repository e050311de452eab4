/**
 * MQTT topics (contracts.md §4): `smartbox/1/BOX/{down,up,state}`. Nothing beyond MQTT 3.1.1 is needed. Down and up are
 * QoS 1, never retained; state is QoS 1 and retained, with a last will.
 */
export const wireVersion = 1;

export type Lane = 'down' | 'up' | 'state';

/** Largest payload that either end takes or sends, in bytes; brokers are told the same (`max_packet_size`). */
export const payloadMaxBytes = 64 * 1024;

/** A box's id in topics: no wildcard, no separator, nothing that a broker's ACL could read otherwise. */
export const boxIdShape: RegExp = /^[a-z0-9][a-z0-9-]{0,62}$/;

export const topic = (box: string, lane: Lane): string => `smartbox/${wireVersion}/${box}/${lane}`;

/** Gives the topic that the relay subscribes to where one connection serves every box. */
export const everyBox = (lane: Lane): string => `smartbox/${wireVersion}/+/${lane}`;

const shape = /^smartbox\/1\/([a-z0-9][a-z0-9-]{0,62})\/(down|up|state)$/;

/** Null: not one of ours. */
export function readTopic(name: string): { readonly box: string; readonly lane: Lane } | null {
  const match = shape.exec(name);
  const [, box, lane] = match ?? [];
  return box === undefined || lane === undefined ? null : { box, lane: lane as Lane };
}
