import type { Office } from './office.ts';
import { crew, type Person } from './people.ts';

/** The relay says this of a person's booking. */
export interface Told {
  readonly person: Person;
  readonly state: string;
  /** Null: not given, or not any more. */
  readonly code: string | null;
}

export const toldOf = async (office: Office, person: Person): Promise<Told> => ({
  person,
  state: await office.stateOf(person),
  code: await office.codeOf(person),
});

export const allTold = (office: Office): Promise<readonly Told[]> =>
  Promise.all(crew.map(person => toldOf(office, person)));

export const spaced = (code: string): string => `${code.slice(0, 4)} ${code.slice(4)}`;

export const toldLine = ({ person, state, code }: Told): string =>
  [
    person.name.padEnd(5),
    (code === null ? '' : spaced(code)).padEnd(10),
    `${person.van}, slot ${person.slot}`.padEnd(15),
    state,
  ].join(' ');
