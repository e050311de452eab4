import type { Fingerprint, KeyName } from '../../base/brand.ts';
import { writeUnknownTag } from './attempts.ts';
import { refusal } from './credential.ts';
import { remind } from './door-deadlines.ts';
import { type Draft, journal, keyOf, nowOf, setKey, setSlot, show, signal } from './draft.ts';
import { mayTell } from './flapping.ts';
import type { Input } from './input.ts';
import { type BoxState, type Key, limits, type Slot } from './model.ts';
import { opensBare, phone } from './pin.ts';
import { leavePrompt } from './prompt.ts';
import { bring } from './visit.ts';

/** A second tap this soon after the grant is the same visit. */
const sameVisitMs = 3_000;

type TagRead = Omit<Input & { readonly type: 'tag-read' }, 'type' | 'at'>;

/**
 * Something was held to a reader: a key's tag, a driver's badge, or neither (rules.md 8, 9, 12, 22). What is known acts when it
 * is first read, what nobody knows only when it was read twice: cheap readers invent numbers with a right checksum.
 */
export function tagRead(draft: Draft, { fingerprint, frames, key: name, badge }: TagRead): void {
  const learning = draft.state.slots.find(({ opening }) => opening?.learning && !opening.unconfirmed);
  const key = keyOf(draft.state, name);
  const pupil = learning?.opening?.key ?? null;
  // A known tag is learnt anew only for its own key, and not while that is out: it comes back then.
  const learns = key === null || (key.name === pupil && key.place.at !== 'out');
  if (learning !== undefined && pupil !== null && badge.length === 0 && learns) {
    learn(draft, { key: pupil, fingerprint, frames, known: key !== null }, learning);
  } else if (key !== null || badge.length > 0) {
    if (frames === 1) knownTag(draft, fingerprint, key, badge);
  } else if (frames === 2) {
    unknownTag(draft);
  }
}

function knownTag(draft: Draft, fingerprint: Fingerprint, key: Key | null, badge: TagRead['badge']): void {
  const subject = { by: 'badge', fingerprint } as const;
  if (key === null && onOneRing(draft) && !opensBare(draft.state, subject, badge)) return;
  leavePrompt(draft);
  if (key === null) phone(draft, subject, badge);
  else keyTag(draft, key);
}

/** The badge hangs on the ring of the key whose tag has just opened a slot: its driver wants to be rid of the key, and types no PIN. */
const onOneRing = (draft: Draft): boolean =>
  draft.state.slots.some(
    ({ opening }) =>
      opening?.for === 'return' && opening.by === 'tag' && nowOf(draft) - opening.grantedAt < sameVisitMs,
  );

interface Lesson extends Pick<TagRead, 'fingerprint' | 'frames'> {
  readonly key: KeyName;
  /** The tag is this key's already. */
  readonly known: boolean;
}

/** Some readers send a tag once, so one frame will do; but what was read twice is not replaced by what was read once. */
function learn(draft: Draft, { key, fingerprint, frames, known }: Lesson, { id, opening }: Slot): void {
  if (opening === null || (frames === 1 && opening.tagCertain === true)) return;
  const certain = frames === 2 ? { tagCertain: true } : {};
  setSlot(draft, id, { opening: { ...opening, tagSeen: true, ...certain } });
  if (frames === 2 && known) return;
  leavePrompt(draft);
  draft.effects.push({ type: 'bind-tag', key, fingerprint });
  setKey(draft, key, { tagged: true });
  show(draft, { text: 'learnt', key, slot: id });
  signal(draft, 'granted');
}

/** A key's own tag always opens for a return; for a key believed in, an empty slot, and the books are wrong. */
function keyTag(draft: Draft, key: Key): void {
  const under = draft.state.slots.find(slot => awaitsTag(slot, key.name));
  if (under?.opening != null) {
    noteTag(draft, under);
    if (under.opening.phase !== 'pulsed' || nowOf(draft) - under.opening.grantedAt < sameVisitMs) {
      remind(draft, under);
      return;
    }
  } else if (inHands(draft, key)) {
    return;
  }
  // It may hang at the edge of the reader's field for days: then it is counted, and opens nothing (rules.md 16).
  if (key.place.at === 'slot' && !mayTell(draft, { of: 'tag', key: key.name })) return;
  if (key.place.at === 'slot' && under === undefined) {
    journal(draft, {
      type: 'custody-mismatch',
      slot: key.place.slot,
      key: key.name,
      by: 'tag',
      reason: 'tag-outside',
    });
  }
  bringAgain(draft, key);
}

/** Whoever takes it stands before its open door, and its tag has passed the reader before any sensor spoke: nothing is wrong. */
function inHands(draft: Draft, key: Key): boolean {
  const taken = draft.state.slots.find(
    ({ opening, heldReported }) =>
      opening?.for === 'take' &&
      opening.key === key.name &&
      opening.phase === 'open' &&
      !opening.moved &&
      !heldReported,
  );
  if (taken !== undefined) remind(draft, taken);
  return taken !== undefined;
}

const bringAgain = (draft: Draft, key: Key): void =>
  bring(draft, key, { booking: null, who: null, by: 'tag' });

/** Nobody's. No guess, since nobody guesses a tag by typing; and other fobs on the ring of a key are not in its way (rules.md 18). */
function unknownTag(draft: Draft): void {
  writeUnknownTag(draft);
  if (openingRead(draft.state)) return;
  leavePrompt(draft);
  show(draft, refusal(draft.state, 'unknown', null));
  signal(draft, 'denied');
}

/** The text of an opening is being read: it runs, or has ended just now. */
const openingRead = ({ slots, openingEndedAt, now }: BoxState): boolean =>
  slots.some(({ opening }) => opening !== null) ||
  (openingEndedAt !== null && now - openingEndedAt < limits.openingTextMs);

/** The key whose tag was read is the one this opening waits for. */
const awaitsTag = (slot: Slot, name: string | null): boolean =>
  slot.opening !== null && slot.opening.for === 'return' && slot.opening.key === name && !slot.opening.moved;

const noteTag = (draft: Draft, slot: Slot): void => {
  if (slot.opening !== null) setSlot(draft, slot.id, { opening: { ...slot.opening, tagSeen: true } });
};
