import type { Fingerprint } from '../../base/brand.ts';
import { type KeyName, keyName, type SlotId, slotId } from '../../base/brand.ts';
import type { Json } from '../../base/canonical.ts';
import { Fault } from '../../base/fault.ts';
import { sentTag, tagIdentity } from '../../base/tag-number.ts';
import { TimeSlice } from '../../base/time-slice.ts';
import type { ImportReport } from '../../wire/report.ts';
import { defaultKey, keyDefinitions } from '../core/key-definitions.ts';
import { limits } from '../core/model.ts';
import type { BoxHandle, KeyRow } from '../ports.ts';
import { mayWrite, type Source } from './import.ts';
import { quoted, type Row, tagNumber, text, unknownMembers } from './members.ts';
import { BadRows, Notes } from './notes.ts';

/** An import of keys came to this. */
interface KeyImportReport {
  readonly added: number;
  readonly changed: number;
  readonly same: number;
  /** Default keys whose bookings and custody went to a named key. */
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
  /** These are odd about rows that were taken. */
  readonly warnings: ImportReport['warnings'];
  readonly moreWarnings: number;
}

export type KeySource = Pick<Source, 'rows' | 'who' | 'why'>;

interface KeyDraft extends KeyRow {
  readonly row: number;
  /** The tag as boxes of before kept it. */
  readonly formerTag: Fingerprint | null;
}

/**
 * Names the keys of slots: all rows or none. A key that takes over slot N from `slot-N` takes over its bookings too.
 * @throws BadRows `bad-rows`; Fault `enrolled`, `storage-…`
 */
export async function importKeys(source: KeySource, box: BoxHandle): Promise<KeyImportReport> {
  mayWrite(box);
  const bad = new Notes();
  const odd = new Notes();
  const drafts = await readAll(source, box, { bad, odd });
  besideEachOther(drafts, bad);
  const next = merged(drafts, box, bad);
  if (bad.count > 0) throw new BadRows(bad);
  const kept = keep(drafts, next, source, box);
  return { ...kept, warnings: odd.kept, moreWarnings: odd.more };
}

interface Said {
  readonly bad: Notes;
  readonly odd: Notes;
}

async function readAll(source: KeySource, box: BoxHandle, said: Said): Promise<readonly KeyDraft[]> {
  const slice = new TimeSlice(box.time);
  const drafts: KeyDraft[] = [];
  let row = 0;
  for await (const value of source.rows()) {
    if (row >= limits.keys)
      throw new Fault('too-many-rows', `a box has at most ${limits.keys} keys`, 'Split it.');
    const draft = readKey(value, row, box, said);
    if (draft !== null) drafts.push(draft);
    row += 1;
    await slice.yield();
  }
  return drafts;
}

function readKey(value: Json, at: number, box: BoxHandle, { bad, odd }: Said): KeyDraft | null {
  const before = bad.count;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    bad.add(at, null, 'must be an object');
    return null;
  }
  const members = value as Row['members'];
  const label = typeof members.name === 'string' ? members.name.slice(0, 64) : null;
  const row: Row = { members, say: problem => bad.add(at, label, problem) };
  unknownMembers(row, ['name', 'slot', 'tag']);
  const slot = homeOf(row, box);
  const name = nameOf(row, slot);
  const doubts: string[] = [];
  const tag = tagNumber(row, 'tag', doubts);
  if (bad.count > before || name === null || slot === null) return null;
  for (const doubt of doubts) odd.add(at, label, doubt);
  const { vault } = box;
  return {
    row: at,
    name,
    home: slot,
    tag: tag === null ? null : vault.fingerprint('tag', tagIdentity(tag)),
    formerTag: tag === null ? null : vault.fingerprint('tag', sentTag(tag)),
  };
}

function homeOf(row: Row, box: BoxHandle): SlotId | null {
  const { slot } = row.members;
  if (typeof slot !== 'number' || !Number.isInteger(slot)) {
    row.say('slot must be a whole number');
    return null;
  }
  if (box.state().slots.some(each => each.id === slot)) return slotId(slot);
  row.say(`this box has no slot ${slot}`);
  return null;
}

function nameOf(row: Row, slot: SlotId | null): KeyName | null {
  if (row.members.name === undefined) row.say('name is missing');
  const name = text(row, 'name', 64);
  if (name === null) return null;
  if (name !== name.trim()) row.say('name begins or ends with a space');
  if (/^slot-\d+$/.test(name) && slot !== null && name !== defaultKey(slot)) {
    row.say(`name ${quoted(name)} would be mistaken for the key of that slot`);
  }
  return keyName(name);
}

function besideEachOther(drafts: readonly KeyDraft[], bad: Notes): void {
  const seen = new Map<string, KeyDraft>();
  const once = (what: string, value: string, draft: KeyDraft): void => {
    const twin = seen.get(`${what} ${value}`);
    if (twin === undefined) seen.set(`${what} ${value}`, draft);
    else bad.add(draft.row, draft.name, `has the same ${what} as row ${twin.row}`);
  };
  for (const draft of drafts) {
    once('name', draft.name, draft);
    once('slot', String(draft.home), draft);
    if (draft.tag !== null) once('tag', draft.tag, draft);
  }
}

/** All rows of the box as they would be, checked: one home a key, one key a tag, nothing that is a driver's badge. */
function merged(drafts: readonly KeyDraft[], box: BoxHandle, bad: Notes): readonly KeyRow[] {
  const { keys, bookings } = box.store;
  const stored = keys.all();
  const others = stored.filter(row => !drafts.some(draft => draft.name === row.name));
  for (const draft of drafts) {
    const say = (message: string): void => bad.add(draft.row, draft.name, message);
    const tenant = others.find(row => row.home === draft.home && row.name !== defaultKey(row.home));
    if (tenant !== undefined) {
      say(`slot ${draft.home} is the home of ${tenant.name}; give that key another slot in the same file`);
    }
    if (movesOver(draft, stored, box)) say(`${defaultKey(draft.home)} is out; have it returned first`);
    if (draft.tag === null) continue;
    const former = draft.formerTag === null ? null : keys.byTag(draft.formerTag);
    const owner = keys.byTag(draft.tag) ?? former;
    const freed = owner === null || owner === draft.name || owner === defaultKey(draft.home);
    if (!freed && !retagged(drafts, owner)) say(`its tag is the tag of key ${owner}`);
    if (bookings.byBadge(draft.tag, box.judged()).length > 0) say("its tag is a driver's badge");
  }
  return [...others, ...drafts.map(draft => withTag(draft, stored))];
}

/** A key of its own moves to a slot whose default key somebody has: two keys would become one. */
const movesOver = (draft: KeyDraft, stored: readonly KeyRow[], box: BoxHandle): boolean =>
  stored.some(row => row.name === draft.name && row.home !== draft.home) &&
  box.state().keys.some(key => key.name === defaultKey(draft.home) && key.place.at === 'out');

const retagged = (drafts: readonly KeyDraft[], name: KeyName): boolean =>
  drafts.some(draft => draft.name === name && draft.tag !== null);

/** A row without a tag leaves the tag of its key, or of the default key before it, as it is. */
function withTag({ name, home, tag }: KeyDraft, stored: readonly KeyRow[]): KeyRow {
  const before = stored.find(row => row.name === name) ?? stored.find(row => row.name === defaultKey(home));
  return { name, home, tag: tag ?? before?.tag ?? null };
}

function keep(
  drafts: readonly KeyDraft[],
  next: readonly KeyRow[],
  { who, why }: KeySource,
  box: BoxHandle,
): Omit<KeyImportReport, 'warnings' | 'moreWarnings'> {
  const { keys } = box.store;
  const stored = keys.all();
  const was = (name: KeyName): KeyRow | undefined => stored.find(row => row.name === name);
  const rows = next.filter(row => drafts.some(draft => draft.name === row.name));
  const fresh = rows.filter(row => was(row.name) === undefined);
  const changed = rows.filter(row => {
    const old = was(row.name);
    return old !== undefined && (old.home !== row.home || old.tag !== row.tag);
  });
  const renamed = renames(rows, box);
  const report = {
    added: fresh.length,
    changed: changed.length,
    same: rows.length - fresh.length - changed.length,
    renamed,
  };
  if (fresh.length + changed.length === 0) return report;
  const definitions = keyDefinitions(
    box.state().slots.map(slot => slot.id),
    next,
  );
  const retagged = changed.some(row => was(row.name)?.tag !== row.tag);
  const reason = why === null ? {} : { why };
  box.write({ type: 'keys-changed', keys: definitions, retagged, who, ...reason }, () => {
    for (const { from, to } of renamed) keys.rename(from, to);
    for (const row of [...fresh, ...changed]) keys.put(row);
  });
  return report;
}

/** Which default keys the box has now that these rows take over. */
function renames(
  rows: readonly KeyRow[],
  box: BoxHandle,
): readonly { readonly from: KeyName; readonly to: KeyName }[] {
  const present = new Set(box.state().keys.map(key => key.name));
  return rows
    .filter(row => row.name !== defaultKey(row.home) && present.has(defaultKey(row.home)))
    .map(row => ({ from: defaultKey(row.home), to: row.name }));
}
