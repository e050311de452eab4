/** The result of checking something that an administrator typed. */
export interface Checked {
  readonly state: 'right' | 'wrong' | 'unknown';
  /** For programs; null where it is right. */
  readonly code: string | null;
  readonly said: string;
  readonly hint: string | null;
}

export const right = (said: string): Checked => ({ state: 'right', code: null, said, hint: null });
export const wrong = (code: string, said: string, hint: string): Checked => ({
  state: 'wrong',
  code,
  said,
  hint,
});
export const unknown = (code: string, said: string, hint: string | null = null): Checked => ({
  ...{ state: 'unknown', code, said, hint },
});
