/** Who plays in the demo: a driver, and the key that is booked for them. */
export interface Person {
  readonly name: string;
  /** Name of the key. */
  readonly van: string;
  /** Its home. */
  readonly slot: number;
}

export interface Van {
  readonly name: string;
  readonly slot: number;
  /** What the tag on the key's ring says to a reader: ten hex digits. */
  readonly tag: string;
}

export const vans: readonly Van[] = [
  { name: 'van-12', slot: 1, tag: '0F00A1B201' },
  { name: 'van-34', slot: 2, tag: '0F00A1B202' },
  { name: 'van-56', slot: 3, tag: '0F00A1B203' },
];

export const ann: Person = { name: 'Ann', van: 'van-12', slot: 1 };
export const ben: Person = { name: 'Ben', van: 'van-34', slot: 2 };
export const cleo: Person = { name: 'Cleo', van: 'van-56', slot: 3 };
export const crew: readonly Person[] = [ann, ben, cleo];
/** Has Ann's van after her. */
export const dora: Person = { name: 'Dora', van: 'van-12', slot: 1 };

/** Slot 4 is nobody's home: a place to put a key wrongly. */
export const slotCount = 4;
