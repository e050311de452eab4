/**
 * A box may do this much at the broker inside the relay; what `mosquitto.ts` writes for an outside one says the same. A box is its
 * username: it speaks on its own `up` and `state`, hears its own `down`, and nothing else exists for it.
 */
import { boxIdShape, payloadMaxBytes, topic } from '../../wire/topics.ts';

/** Over this the broker could not tell a half-open connection within minutes. */
const keepaliveMaxS = 300;

/** As aedes and the mqtt package have it, as far as it matters here. */
interface Message {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly qos: number;
  readonly retain: boolean;
}

interface Introduction {
  readonly protocolVersion?: number | undefined;
  readonly clientId: string;
  readonly username?: string | undefined;
  readonly keepalive?: number | undefined;
  readonly will?: Partial<Message> | undefined;
}

/** Why it is not let in, whatever its password is; null: it may be. */
export function introductionTrouble(packet: Introduction): string | null {
  const { protocolVersion, clientId, username = '', keepalive = 0, will } = packet;
  if (protocolVersion !== 4) return 'MQTT 3.1.1 is spoken here';
  if (!boxIdShape.test(username)) return 'the username is no id of a box';
  if (clientId !== username) return 'the client id must be the username';
  if (keepalive < 1 || keepalive > keepaliveMaxS) return `the keepalive must be 1–${keepaliveMaxS} s`;
  return will === undefined ? null : willTrouble(username, will);
}

function willTrouble(
  box: string,
  { topic: name, payload = '', qos, retain }: Partial<Message>,
): string | null {
  if (name !== topic(box, 'state') || retain !== true)
    return 'a will must be retained on its own state topic';
  return messageTrouble(box, { topic: name, payload, qos: qos ?? 0, retain });
}

/** Why a message is not taken from this box; null: it is. */
export function messageTrouble(box: string, { topic: name, payload, qos, retain }: Message): string | null {
  if (qos > 1) return 'QoS 2 is not spoken here';
  if (payload.length > payloadMaxBytes) return `a payload of ${payload.length} bytes`;
  if (name === topic(box, 'up')) return retain ? 'a retained message on up' : null;
  if (name === topic(box, 'state')) return null;
  return 'a topic that is not its own';
}

export const maySubscribe = (box: string, filter: string): boolean => filter === topic(box, 'down');
