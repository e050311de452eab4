/** Who plays in the demo: a driver, and the key that is booked for them by the API. */
export interface Person {
  readonly name: string;
  /** Name of the key. */
  readonly van: string;
  /** Its home. */
  readonly slot: number;
}

/** Keys, named as vehicles of the Fleetio sandbox. */
export interface Van {
  readonly name: string;
  readonly slot: number;
  /** A reader sends these ten hex digits for the tag on the key's ring. */
  readonly tag: string;
}

export const vans: readonly Van[] = [
  { name: 'Van 12', slot: 1, tag: '0F00A1B201' },
  { name: 'Van 14', slot: 2, tag: '0F00A1B202' },
  { name: 'Truck 3', slot: 3, tag: '0F00A1B203' },
];

export const ann: Person = { name: 'Ann', van: 'Van 12', slot: 1 };
export const ben: Person = { name: 'Ben', van: 'Van 14', slot: 2 };
export const cleo: Person = { name: 'Cleo', van: 'Truck 3', slot: 3 };
export const crew: readonly Person[] = [ann, ben, cleo];
/** Has Ann's van after her. */
export const dora: Person = { name: 'Dora', van: 'Van 12', slot: 1 };

/** Slot 4 is nobody's home: a place to put a key wrongly. */
export const slotCount = 4;

/** Who is asked where a vehicle does not book by itself. */
export const admin = 'office@example.com';
