/** People who look after an account, and what lets their browsers in. */

export interface PersonTable {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  /** As base/mail-address.ts reads it; one person of an account has it. */
  readonly email: string;
  /** A named set of scopes: http/api/roles.ts. */
  readonly role: 'administrator' | 'operator' | 'auditor';
  readonly language: 'en' | 'nl';
  /** As secrets/passwords.ts makes it; null: none was chosen yet. */
  readonly password: string | null;
  readonly created: number;
  /** Since when they are let in no more; null: they are. */
  readonly disabled: number | null;
  /** When they were last here, to some minutes; null: never. */
  readonly seen: number | null;
}

/** A browser that is let in: as a person, or as whoever has a token. */
export interface SessionTable {
  readonly id: string;
  readonly account: string;
  /** Null: it is a token's. */
  readonly person: string | null;
  readonly token: string | null;
  /** SHA-256 of the secret in the cookie: it has 256 bits of its own. */
  readonly hash: string;
  readonly created: number;
  readonly used: number;
  /** When the password, or the token, was last given. */
  readonly proved: number;
  /** As the browser calls itself, shortened. */
  readonly agent: string;
}

/** An address under which a person chooses a password, once. */
export interface PersonLinkTable {
  /** SHA-256 of the secret in it: it has 192 bits of its own. */
  readonly hash: string;
  readonly account: string;
  readonly person: string;
  readonly kind: 'invitation' | 'reset';
  readonly created: number;
  readonly expires: number;
  readonly used: number | null;
}
