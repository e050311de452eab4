/** Levelled, structured, never a secret: pass ids and codes, not inputs. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

const nothing = (): void => {};

export const silent: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
