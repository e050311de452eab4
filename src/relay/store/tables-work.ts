/** Tables of what the relay does, beside what it knows: orders, what is to be done later, leases, records of acts. */

export interface CommandTable {
  readonly id: string;
  readonly account: string;
  readonly box: string;
  readonly who: string;
  readonly why: string;
  readonly body: string;
  readonly created: number;
  readonly not_after: number;
  readonly sent: number | null;
  /** Null: no answer yet. `done`, or the code of the refusal. */
  readonly outcome: string | null;
  readonly answered: number | null;
}

/** An item of the queue: to be done from an instant on, by whoever has the lease (relay/work). */
export interface WorkTable {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly due: number;
  readonly lease: string | null;
  readonly lease_until: number | null;
  readonly tries: number;
  /** When it was set aside, having failed too often; null: it waits for its turn. */
  readonly failed: number | null;
}

/** A copy of the relay that runs, as long as it says so. */
export interface CopyTable {
  readonly id: string;
  readonly until: number;
}

/** One of the fixed shares of all boxes, and the copy of the relay that serves it now. */
export interface ShareTable {
  readonly share: number;
  readonly copy: string | null;
  readonly until: number;
  /** Rises with each change of hands. */
  readonly term: number;
}

export interface IdempotencyTable {
  readonly account: string;
  readonly key: string;
  readonly request: string;
  readonly status: number;
  readonly body: string;
  readonly created: number;
}

/** The audit: changes by administrators and tokens. */
export interface AuditTable {
  readonly id: string;
  readonly account: string;
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly subject: string;
  readonly detail: string | null;
}

/** Problems that an administrator must see; cleared by themselves when solved. */
export interface ProblemTable {
  readonly id: string;
  readonly account: string;
  readonly kind: string;
  readonly subject: string;
  readonly detail: string;
  readonly since: number;
  readonly cleared: number | null;
  /** Of a fault at a box: which box, and what there has it. */
  readonly box: string | null;
  readonly slot: number | null;
  /** Name of a key, as the box has it. */
  readonly key: string | null;
  readonly device: string | null;
  /** How often it was said since it began. */
  readonly count: number;
  /** When it clears by itself unless it is said again. */
  readonly fades: number | null;
  /** When a mail told of it; null: none did. */
  readonly told: number | null;
  /** Who took it off, although nothing had told that it is over. */
  readonly acknowledged: string | null;
  /** How grave it is: lists are sorted by it, 0 first. */
  readonly grade: number;
  /** It is not shown among those that want somebody until then, why not, and who said so; null: nobody has. */
  readonly snoozed_until: number | null;
  readonly snoozed_why: string | null;
  readonly snoozed_by: string | null;
}

/** The retained state of a box as it last told it: for a glance, nothing decides on it. */
export interface BoxStateTable {
  readonly box: string;
  /** When it came here, and the box's own instant. */
  readonly heard: number;
  readonly at: number;
  /** wire/box-state.ts, the members that this version knows. */
  readonly document: string;
}

/** Words by which a key, a driver or a box is found. */
export interface WordTable {
  readonly account: string;
  readonly kind: 'key' | 'driver' | 'box';
  readonly word: string;
  /** Id of the key, the driver or the box. */
  readonly subject: string;
}

/** A line with which an export of a box's events ends, signed by the box (wire/journal.ts). */
export interface EventCheckpointTable {
  readonly box: string;
  readonly enrolment: number;
  /** Of its last event. */
  readonly epoch: number;
  /** Where it stands among the few that are kept of an epoch. */
  readonly ring: number;
  readonly account: string;
  /** The last event that it covers, and the first. */
  readonly seq: number;
  readonly from: number;
  /** The exact line. */
  readonly line: string;
  readonly stored: number;
}
