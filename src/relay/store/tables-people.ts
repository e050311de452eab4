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

/** The app of a person that shows digits; there is none where there is no row. */
export interface SecondFactorTable {
  readonly person: string;
  readonly account: string;
  /** Sealed: secrets/totp.ts. */
  readonly secret: string;
  readonly created: number;
  /** Since when it is asked for; null: no digits of it were typed yet. */
  readonly since: number | null;
  /** The last step whose digits were used: each counts once. */
  readonly step: number;
  /** Wrong ones since the last that was right. */
  readonly wrong: number;
}

/** Instead of digits, once. */
export interface RecoveryCodeTable {
  readonly person: string;
  /** Keyed: it has fifty bits of its own. */
  readonly hash: string;
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
