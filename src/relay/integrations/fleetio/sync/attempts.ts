/** Many pieces of work on one connection, of which a few may fail by themselves: told apart from a connection that has failed. */
import { reasonOf } from '../../../../base/fault.ts';
import { FleetioError } from '../api/errors.ts';
import { malformedBy, noteMalformed, type RecordKind } from '../malformed.ts';
import { type Connection, type EngineDeps, write } from './context.ts';

/** So many in a row, and nobody is asked any more: the way itself is down. */
const inARowMax = 3;

/** Errors that concern every call alike. */
const endsAll = (error: unknown): boolean =>
  error instanceof FleetioError &&
  (error.code === 'fleetio-stopped' ||
    error.code === 'fleetio-unauthorized' ||
    error.code === 'fleetio-limited');

interface Failure {
  readonly kind: RecordKind;
  readonly id: string;
  readonly error: unknown;
}

export class Attempts {
  readonly #deps: EngineDeps;
  readonly #connection: Connection;
  #failures: Failure[] = [];
  #inARow = 0;
  #went = 0;

  constructor(deps: EngineDeps, connection: Connection) {
    this.#deps = deps;
    this.#connection = connection;
  }

  /**
   * Null: it failed, and the next may be tried.
   * @throws whatever concerns all of them
   */
  async each<T>(kind: RecordKind, id: string, work: () => Promise<T>): Promise<T | null> {
    try {
      const done = await work();
      this.#went += 1;
      this.#inARow = 0;
      return done;
    } catch (error) {
      if (endsAll(error)) throw error;
      this.#inARow += error instanceof FleetioError && error.malformed !== null ? 0 : 1;
      if (this.#inARow >= inARowMax) throw error;
      this.#failures.push({ kind, id, error });
      return null;
    }
  }

  /**
   * Each that failed is named, where others went well or the record itself is bad.
   * @throws what all of them failed with
   */
  async settle(): Promise<void> {
    const failures = this.#failures;
    this.#failures = [];
    for (const { kind, id, error } of failures) {
      const isItsOwn = error instanceof FleetioError && error.malformed !== null;
      if (this.#went === 0 && !isItsOwn) throw error;
      if (!(error instanceof FleetioError)) {
        const reason = reasonOf(error);
        this.#deps.log.error(
          { integration: this.#connection.id, [kind]: id, reason },
          'a record was not taken in',
        );
      }
      const malformed =
        error instanceof FleetioError
          ? malformedBy(error, kind, id)
          : { kind, id, why: 'this relay cannot take it in (its log says why)' };
      await write(this.#deps, this.#connection, context => noteMalformed(context, malformed));
    }
  }
}
