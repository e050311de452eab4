/** The facts about every Problem of one kind, whichever box, key or driver has it. */
export interface ProblemFacts {
  /** A few words, for a list and for the subject of a mail. */
  readonly title: string;
  /** Tells the reader what to do, in one or two whole sentences. */
  readonly advice: string;
  /**
   * `urgent`: a driver stands in front of a door that does not open, or somebody tampers; `warning`: something is lost or will
   * fail unless somebody acts; `notice`: somebody waits for a decision, or a record is to be tidied.
   */
  readonly severity: 'urgent' | 'warning' | 'notice';
}

export type Family = Readonly<Record<string, ProblemFacts>>;
