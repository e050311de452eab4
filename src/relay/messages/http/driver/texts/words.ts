/** Everything that the driver's page says. `{box}`, `{phone}`, `{slot}` are filled in. */
export interface Words {
  readonly title: string;
  readonly states: Readonly<
    Record<
      | 'waiting'
      | 'ready'
      | 'early'
      | 'key-away'
      | 'key-late'
      | 'taken'
      | 'due'
      | 'overdue'
      | 'returned'
      | 'ended',
      { readonly head: string; readonly text: string }
    >
  >;
  /** Button of a page that waits for the box, or for the key. */
  readonly lookAgain: string;
  readonly again: string;
  readonly facts: Readonly<Record<'vehicle' | 'box' | 'site' | 'slot' | 'window', string>>;
  readonly code: {
    readonly show: string;
    readonly label: string;
    /** Below the digits: which key sends them. */
    readonly afterwards: string;
    readonly not: string;
  };
  readonly steps: {
    readonly head: string;
    readonly take: readonly string[];
    readonly bring: readonly string[];
    readonly bringHead: string;
  };
  /** Leads to the place on a map. */
  readonly map: string;
  readonly call: string;
  readonly phone: {
    readonly head: string;
    readonly now: string;
    readonly text: string;
    readonly number: string;
    readonly send: string;
    readonly sent: string;
    readonly check: string;
    readonly pin: string;
    readonly pinNeeded: string;
    readonly pinMay: string;
    readonly old: string;
    readonly oldField: string;
    readonly confirm: string;
    readonly done: string;
    readonly noNumber: string;
    readonly tooOften: string;
    readonly wrong: string;
    readonly over: string;
    readonly badPin: string;
  };
  readonly ask: { readonly text: string; readonly button: string; readonly done: string };
  readonly gone: { readonly head: string; readonly text: string };
  readonly busy: { readonly head: string; readonly text: string };
}
