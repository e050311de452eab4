/** Changes by the relay (docs/synchronisation.md, rules.md 23, 25). Nothing of it ends a session or makes a used code fresh. */
import { estimate, vouchByRelay } from './clock.ts';
import { endChanged } from './custody.ts';
import { type Draft, journal, keyIn, keyOf, nowOf, patch, setKey, setSlot, setUse, useOf } from './draft.ts';
import type { Input, RelayedUse } from './input.ts';
import { keysChanged, sayPlace } from './key-set.ts';
import type { Key, Use } from './model.ts';
import { overlaid } from './overlay.ts';

type Of<Type extends Input['type']> = Extract<Input, { readonly type: Type }>;

/** A minute of messages that are not the relay's: one event at its beginning, one for all others at its end. */
const rejectionsEveryMs = 60_000;

export function synced(draft: Draft, { count, keys, renamed, ends, lives }: Of<'synced'>): void {
  const before = draft.state.keys;
  if (keys !== null) keysChanged(draft, keys, { who: 'relay', by: 'remote', renamed });
  // A relay that has never vouched has heard of none of them: what was stocked before the enrolment it would call missing.
  if (keys !== null && draft.state.sync.vouchedAt === null)
    for (const { name } of keys) if (before.some(key => key.name === name)) sayPlace(draft, name);
  for (const { booking, end } of ends) endChanged(draft, booking, end);
  for (const relayed of lives) applyRelayedUse(draft, relayed);
  if (count > 0) journal(draft, { type: 'bookings-changed', count, who: 'relay', what: 'sync' });
}

/** A box whose database is new takes the relay's word for what its own events once told. What it knows itself goes before. */
function applyRelayedUse(draft: Draft, relayed: RelayedUse): void {
  if (useOf(draft.state, relayed.booking) !== null) return;
  const key = keyOf(draft.state, relayed.key);
  const nowhere = key !== null && (key.place.at === 'never-stocked' || key.place.at === 'missing');
  if (relayed.life === 'out' && nowhere) restoreOut(draft, key, relayed);
  else setUse(draft, useFrom(relayed, relayed.reuse || relayed.life === 'fresh' ? 'fresh' : 'used'));
}

const useFrom = (relayed: RelayedUse, life: Use['life']): Use => ({
  booking: relayed.booking,
  life,
  key: relayed.key,
  pulses: 0,
  openings: 0,
  codeUsed: life === 'used',
  reuse: relayed.reuse,
  who: relayed.who,
  end: relayed.end,
  dueSoonSaid: false,
  overdueSaid: false,
});

function restoreOut(draft: Draft, key: Key, relayed: RelayedUse): void {
  const since = estimate(draft.state, draft.at);
  const holder = { booking: relayed.booking, who: relayed.who };
  setUse(draft, useFrom(relayed, 'out'));
  setKey(draft, key.name, { place: { at: 'out', holder, since, proof: 'presumed' } });
  const home = draft.state.slots.find(slot => slot.id === key.home);
  const lone = !draft.state.keys.some(other => other.name !== key.name && other.home === key.home);
  // Without a sensor the last that was heard of this slot is that its key went.
  if (home?.presence === 'none' && lone && !home.contentsUnknown && keyIn(draft.state, home.id) === null)
    setSlot(draft, home.id, { knownEmpty: true });
}

export function vouched(draft: Draft, { wall, tripMs, newest }: Of<'vouched'>): void {
  vouchByRelay(draft, wall, tripMs);
  if (newest) patch(draft, { sync: { ...draft.state.sync, vouchedAt: estimate(draft.state, draft.at) } });
}

/** Only the relay's own settings go with it: what it has sent is cancelled by whoever lets it go. */
export function enrolled(draft: Draft, input: Of<'enrolled'>): void {
  patch(draft, { sync: { enrolled: input.enrolled, vouchedAt: null } });
  if (!input.enrolled) patch(draft, overlaid(draft.state.configured, { rules: {}, texts: {} }));
  const what = input.enrolled ? 'enrolled' : 'unenrolled';
  journal(draft, { type: 'technician', what, by: 'technician', who: input.who, reason: input.why });
}

/** The first at once, the rest summed up: a hostile broker must not fill the disk. */
export function rejected(draft: Draft, reason: string): void {
  const { rejections } = draft.state;
  if (rejections.said) {
    patch(draft, { rejections: { ...rejections, more: rejections.more + 1, reason } });
    return;
  }
  patch(draft, { rejections: { since: nowOf(draft), said: true, more: 0, reason } });
  journal(draft, { type: 'message-rejected', reason });
}

export function rollRejections(draft: Draft): void {
  const { since, said, more, reason } = draft.state.rejections;
  if (!said || nowOf(draft) - since < rejectionsEveryMs) return;
  if (more > 0) journal(draft, { type: 'message-rejected', reason, count: more });
  patch(draft, { rejections: { since: nowOf(draft), said: more > 0, more: 0, reason } });
}
