import type { Fingerprint, KeyName } from '../../base/brand.ts';
import { credential, phone } from './entry.ts';
import type { Candidate, Key } from './model.ts';
import { awaitsTag, noteTag, remind } from './sensors.ts';
import { journal, keyOf, nowOf, setKey, show, signal, type Turn } from './turn.ts';
import { bring } from './visit.ts';

/** Something was held to a reader: a key's tag, a driver's badge, or neither (rules.md 8, 9, 12, 22). */
export function tagRead(
  turn: Turn,
  fingerprint: Fingerprint,
  name: KeyName | null,
  badge: readonly Candidate[],
): void {
  const learning = turn.state.slots.find(({ opening }) => opening?.learning && !opening.unconfirmed);
  const key = keyOf(turn.state, name);
  const pupil = learning?.opening?.key ?? null;
  // A known tag is learnt anew only for its own key, and not while that is out: it comes back then.
  const learns = key === null || (key.name === pupil && key.place.at !== 'out');
  if (learning !== undefined && pupil !== null && badge.length === 0 && learns) {
    learn(turn, pupil, fingerprint, learning);
  } else if (key !== null) {
    keyTag(turn, key);
  } else if (badge.length > 0) {
    phone(turn, { by: 'badge', fingerprint }, badge);
  } else {
    unknownTag(turn);
  }
}

function learn(
  turn: Turn,
  key: KeyName,
  fingerprint: Fingerprint,
  slot: Parameters<typeof noteTag>[1],
): void {
  turn.effects.push({ type: 'bind-tag', key, fingerprint });
  setKey(turn, key, { tagged: true });
  noteTag(turn, slot);
  show(turn, { text: 'learnt', key, slot: slot.id });
  signal(turn, 'granted');
}

/** A second tap this soon after the grant is the same visit. */
const sameVisitMs = 3_000;

/** A key's own tag always opens for a return; for a key believed in, an empty slot, and the books are wrong. */
function keyTag(turn: Turn, key: Key): void {
  const under = turn.state.slots.find(slot => awaitsTag(slot, key.name));
  if (under?.opening != null) {
    noteTag(turn, under);
    if (under.opening.phase !== 'pulsed' || nowOf(turn) - under.opening.grantedAt < sameVisitMs) {
      remind(turn, under);
      return;
    }
  } else if (inHands(turn, key)) {
    return;
  } else if (key.place.at === 'slot') {
    journal(turn, {
      type: 'custody-mismatch',
      slot: key.place.slot,
      key: key.name,
      by: 'tag',
      reason: 'tag-outside',
    });
  }
  bringAgain(turn, key);
}

/** Whoever takes it stands before its open door, and its tag has passed the reader before any sensor spoke: nothing is wrong. */
function inHands(turn: Turn, key: Key): boolean {
  const taken = turn.state.slots.find(
    ({ opening, heldSaid }) =>
      opening?.for === 'take' &&
      opening.key === key.name &&
      opening.phase === 'open' &&
      !opening.moved &&
      !heldSaid,
  );
  if (taken !== undefined) remind(turn, taken);
  return taken !== undefined;
}

const bringAgain = (turn: Turn, key: Key): void => bring(turn, key, { booking: null, who: null, by: 'tag' });

/** Nobody's: a guess like any other. */
function unknownTag(turn: Turn): void {
  credential(turn, [], 'tag');
}
