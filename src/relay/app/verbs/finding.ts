/** One thing that `doctor` has to say. */
export interface Finding {
  /** `note`: it was not looked at. */
  readonly level: 'good' | 'note' | 'warning' | 'bad';
  readonly text: string;
  readonly hint?: string;
}
