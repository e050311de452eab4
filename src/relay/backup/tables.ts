/** A backup holds every table but those that mean something only while this relay runs, in the order of their references. */
import type { Tables } from '../store/tables.ts';

type TableName = keyof Tables;

/**
 * Left out of a backup: leases of running copies; and sessions and links of people, since one that was ended after the copy was made
 * would let somebody in again.
 */
export const left = ['share', 'copy', 'session', 'person_link'] as const satisfies readonly TableName[];

/** Table → primary key, by which it is read in pages. A table that is neither here nor left out does not compile. */
export const kept = {
  meta: ['name'],
  account: ['id'],
  token: ['id'],
  person: ['id'],
  second_factor: ['person'],
  recovery_code: ['person', 'hash'],
  identity: ['number'],
  site: ['id'],
  box: ['id'],
  record: ['box', 'id'],
  claim: ['id'],
  key: ['id'],
  word: ['account', 'kind', 'word', 'subject'],
  driver: ['id'],
  booking: ['id'],
  spent_code: ['box', 'hash'],
  event: ['account', 'number'],
  event_checkpoint: ['box', 'enrolment', 'epoch', 'ring'],
  command: ['id'],
  work: ['id'],
  idempotency: ['account', 'key'],
  audit: ['id'],
  problem: ['id'],
  box_state: ['box'],
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
  followed: ['account'],
  webhook: ['id'],
  webhook_feed: ['account'],
  webhook_delivery: ['webhook', 'number'],
} as const satisfies Readonly<Record<Exclude<TableName, (typeof left)[number]>, readonly string[]>>;

export type KeptTable = keyof typeof kept;
export const keptTables = Object.keys(kept) as readonly KeptTable[];
/** A table's name, also as backups of older programs have it. */
export const nameNow = (name: string): string => (name === 'timer' ? 'work' : name);

/** A table of older programs whose rows are made anew from others at the first start. */
export const isMadeAnew = (name: string): boolean => name === 'key_word';

export const isKept = (name: string): name is KeptTable => Object.hasOwn(kept, name);
