/** Tables of what the relay does, beside what it knows: orders, timers, leases, records of acts. */

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

/** What is to be done at an instant; whoever holds the lease does it. */
export interface TimerTable {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly due: number;
  readonly lease: string | null;
  readonly lease_until: number | null;
  readonly tries: number;
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

/** What administrators and tokens did. */
export interface AuditTable {
  readonly id: string;
  readonly account: string;
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly subject: string;
  readonly detail: string | null;
}

/** What an administrator must see; cleared by itself when solved. */
export interface ProblemTable {
  readonly id: string;
  readonly account: string;
  readonly kind: string;
  readonly subject: string;
  readonly detail: string;
  readonly since: number;
  readonly cleared: number | null;
}
