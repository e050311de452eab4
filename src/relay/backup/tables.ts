/** What a backup holds: every table but what only says which copy of the relay runs now. In the order of their references. */
import type { Tables } from '../store/tables.ts';

export type TableName = keyof Tables;

/** Table → primary key, by which it is read in pages. */
export const kept = {
  meta: ['name'],
  account: ['id'],
  token: ['id'],
  identity: ['number'],
  site: ['id'],
  box: ['id'],
  record: ['box', 'id'],
  claim: ['id'],
  key: ['id'],
  key_word: ['account', 'word', 'key'],
  driver: ['id'],
  booking: ['id'],
  spent_code: ['box', 'hash'],
  event: ['account', 'number'],
  command: ['id'],
  timer: ['id'],
  idempotency: ['account', 'key'],
  audit: ['id'],
  problem: ['id'],
  integration: ['id'],
  vehicle: ['integration', 'id'],
  contact: ['integration', 'id'],
  assignment: ['integration', 'id'],
  webhook_event: ['integration', 'id'],
  message: ['id'],
  link: ['hash'],
  phone_check: ['driver'],
  opt_out: ['account', 'address'],
  template: ['account', 'kind', 'language'],
} as const satisfies Partial<Record<TableName, readonly string[]>>;

/** Leases of running copies. */
export const left: readonly TableName[] = ['share', 'copy'];

export type KeptTable = keyof typeof kept;
export const keptTables = Object.keys(kept) as readonly KeptTable[];
export const isKept = (name: string): name is KeptTable => Object.hasOwn(kept, name);
