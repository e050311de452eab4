/** What the relay's word changes (design.md §3, rules.md 23, 25). Nothing of it ends a session or makes a used code fresh. */
import { estimate, vouchByRelay } from './clock.ts';
import { endChanged } from './custody.ts';
import type { Input, ToldLife } from './input.ts';
import { keysChanged } from './key-set.ts';
import type { Key, Use } from './model.ts';
import { overlaid } from './overlay.ts';
import { journal, keyIn, keyOf, nowOf, patch, setKey, setSlot, setUse, type Turn, useOf } from './turn.ts';

type Of<Type extends Input['type']> = Extract<Input, { readonly type: Type }>;

/** A minute of messages that are not the relay's: one event at its beginning, one for all others at its end. */
const rejectionsEveryMs = 60_000;

export function synced(turn: Turn, { count, keys, renamed, ends, lives }: Of<'synced'>): void {
  if (keys !== null) keysChanged(turn, keys, { who: 'relay', by: 'remote', renamed });
  for (const { booking, end } of ends) endChanged(turn, booking, end);
  for (const told of lives) liveOn(turn, told);
  if (count > 0) journal(turn, { type: 'bookings-changed', count, who: 'relay', what: 'sync' });
}

/** A box whose database is new takes the relay's word for what its own events once told. What it knows itself goes before. */
function liveOn(turn: Turn, told: ToldLife): void {
  if (useOf(turn.state, told.booking) !== null) return;
  const key = keyOf(turn.state, told.key);
  const nowhere = key !== null && (key.place.at === 'never-stocked' || key.place.at === 'missing');
  if (told.life === 'out' && nowhere) outAgain(turn, key, told);
  else setUse(turn, useFrom(told, told.reuse || told.life === 'fresh' ? 'fresh' : 'used'));
}

const useFrom = (told: ToldLife, life: Use['life']): Use => ({
  booking: told.booking,
  life,
  key: told.key,
  pulses: 0,
  openings: 0,
  codeUsed: life === 'used',
  reuse: told.reuse,
  who: told.who,
  end: told.end,
  dueSoonSaid: false,
  overdueSaid: false,
});

function outAgain(turn: Turn, key: Key, told: ToldLife): void {
  const since = estimate(turn.state, turn.at);
  const holder = { booking: told.booking, who: told.who };
  setUse(turn, useFrom(told, 'out'));
  setKey(turn, key.name, { place: { at: 'out', holder, since, proof: 'presumed' } });
  const home = turn.state.slots.find(slot => slot.id === key.home);
  const lone = !turn.state.keys.some(other => other.name !== key.name && other.home === key.home);
  // Without a sensor the last that was heard of this slot is that its key went.
  if (home?.presence === 'none' && lone && !home.disturbed && keyIn(turn.state, home.id) === null)
    setSlot(turn, home.id, { emptied: true });
}

export function vouched(turn: Turn, { wall, tripMs, newest }: Of<'vouched'>): void {
  vouchByRelay(turn, wall, tripMs);
  if (newest) patch(turn, { sync: { ...turn.state.sync, vouchedAt: estimate(turn.state, turn.at) } });
}

/** Only the relay's own settings go with it: what it has sent is cancelled by whoever lets it go. */
export function enrolled(turn: Turn, input: Of<'enrolled'>): void {
  patch(turn, { sync: { enrolled: input.enrolled, vouchedAt: null } });
  if (!input.enrolled) patch(turn, overlaid(turn.state.configured, { rules: {}, texts: {} }));
  const what = input.enrolled ? 'enrolled' : 'unenrolled';
  journal(turn, { type: 'technician', what, by: 'technician', who: input.who, reason: input.why });
}

/** The first at once, the rest summed up: a hostile broker must not fill the disk. */
export function rejected(turn: Turn, reason: string): void {
  const { rejections } = turn.state;
  if (rejections.said) {
    patch(turn, { rejections: { ...rejections, more: rejections.more + 1, reason } });
    return;
  }
  patch(turn, { rejections: { since: nowOf(turn), said: true, more: 0, reason } });
  journal(turn, { type: 'message-rejected', reason });
}

export function rollRejections(turn: Turn): void {
  const { since, said, more, reason } = turn.state.rejections;
  if (!said || nowOf(turn) - since < rejectionsEveryMs) return;
  if (more > 0) journal(turn, { type: 'message-rejected', reason, count: more });
  patch(turn, { rejections: { since: nowOf(turn), said: more > 0, more: 0, reason } });
}
