/** Plans what a change of the relay's keys means for the keys of the box: their names, homes, tags, and whose custody goes on. */
import type { KeyName, SlotId } from '../../base/brand.ts';
import type { KeyDefinition } from '../core/initial.ts';
import { defaultKey, keyDefinitions } from '../core/key-definitions.ts';
import { successions } from '../core/key-set.ts';
import { type BoxState, type Key, limits } from '../core/model.ts';
import type { KeptKey, KeptRecord, KeyRow } from '../ports.ts';

export interface Renaming {
  readonly from: KeyName;
  readonly to: KeyName;
}

export interface KeyPlan {
  readonly definitions: readonly KeyDefinition[];
  /** Keys that only get another name. */
  readonly renamed: readonly Renaming[];
  /** Those, and keys that take the place of others in their slots. */
  readonly moves: readonly Renaming[];
  readonly removed: readonly KeyName[];
  readonly puts: readonly KeyRow[];
}

/** Why a set of keys cannot be this box's. */
export type KeyProblem = 'too-many-keys' | 'key-of-another-slot';

interface KeyContext {
  readonly slots: readonly SlotId[];
  readonly keys: BoxState['keys'];
  /** As they are in the file. */
  readonly rows: readonly KeyRow[];
  /** The relay's key records as they are kept so far, and as they shall be. */
  readonly before: readonly KeptRecord[];
  readonly after: readonly KeptKey[];
}

export function planKeys(deps: KeyContext): KeyPlan | KeyProblem {
  const { slots, keys, rows } = deps;
  const after = new Map(deps.after.map(key => [key.name, key]));
  if ([...after.values()].some(mistakable)) return 'key-of-another-slot';
  const renamed = renamings(deps, after);
  const named = keys.map(key => ({ ...key, name: newName(renamed, key.name) }));
  const leaving = leavers(deps, after, renamed);
  const puts = [...after.values()].map(key => rowOf(key, deps));
  const kept = rows
    .map(row => ({ ...row, name: newName(renamed, row.name) }))
    .filter(row => !after.has(row.name) && !leaving.has(row.name) && !displaced(row, puts, named))
    .map(row => (puts.some(put => put.tag !== null && put.tag === row.tag) ? { ...row, tag: null } : row));
  const tagOf = (put: KeyRow): KeyRow => ({ ...put, tag: put.tag ?? boundTag(put, rows, renamed) });
  const definitions = keyDefinitions(slots, [...kept, ...puts.map(tagOf)]);
  if (definitions.length > limits.keys) return 'too-many-keys';
  const followed = successions(definitions, named);
  const heard = new Set(followed.map(each => each.from));
  const removed = [...leaving].filter(name => !heard.has(name) && !isOut(named, name));
  return { definitions, renamed, moves: [...renamed, ...followed], removed, puts };
}

/** It would be taken for the key that another slot has by itself. */
const mistakable = ({ name, slot }: KeptKey): boolean => /^slot-\d+$/.test(name) && name !== defaultKey(slot);

const newName = (renamed: readonly Renaming[], name: KeyName): KeyName =>
  renamed.find(each => each.from === name)?.to ?? name;

const isOut = (keys: readonly Key[], name: KeyName): boolean =>
  keys.some(key => key.name === name && key.place.at === 'out');

/** Records that got another name, where the old one is free and the new one is new. */
function renamings(
  { keys, before, after: records }: KeyContext,
  after: ReadonlyMap<KeyName, KeptKey>,
): readonly Renaming[] {
  const byId = new Map(records.map(key => [key.id, key]));
  return before.flatMap(old => {
    const now = byId.get(old.id);
    if (old.kind !== 'key' || now === undefined || now.name === old.name) return [];
    const free = !after.has(old.name) && !keys.some(key => key.name === now.name);
    return free && keys.some(key => key.name === old.name) ? [{ from: old.name, to: now.name }] : [];
  });
}

/** Names that the relay had and has no more. */
function leavers(
  { before }: KeyContext,
  after: ReadonlyMap<KeyName, KeptKey>,
  renamed: readonly Renaming[],
): ReadonlySet<KeyName> {
  const names = before.flatMap(old => (old.kind === 'key' ? [newName(renamed, old.name)] : []));
  return new Set(names.filter(name => !after.has(name)));
}

/** A key that was named here gives way to a new key of the relay's at the same slot. */
const displaced = (row: KeyRow, puts: readonly KeyRow[], keys: readonly Pick<Key, 'name'>[]): boolean =>
  puts.some(put => put.home === row.home && !keys.some(key => key.name === put.name));

/** A tag that the relay does not know, or has told before, leaves the one that is bound here. */
function rowOf(key: KeptKey, { before }: KeyContext): KeyRow {
  const old = before.find(each => each.id === key.id);
  const reported = old?.kind === 'key' && old.tag === key.tag;
  return { name: key.name, home: key.slot, tag: reported ? null : key.tag };
}

/** The tag that a key has here already, under its old name or as the key of its slot. */
const boundTag = (put: KeyRow, rows: readonly KeyRow[], renamed: readonly Renaming[]): KeyRow['tag'] =>
  (
    rows.find(row => newName(renamed, row.name) === put.name) ??
    rows.find(row => row.name === defaultKey(put.home))
  )?.tag ?? null;
