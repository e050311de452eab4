import { iso, Rig } from '../../test/blackbox/rig.ts';

/** Who plays in the demo: a driver, the code that was sent to them, and the slot of their key. */
export interface Role {
  readonly name: string;
  readonly code: string;
  readonly slot: number;
  /** Name of the key. */
  readonly van: string;
  /** What the tag on the key's ring says to a reader: ten hex digits. */
  readonly tag: string;
}

export const ann: Role = { name: 'Ann', code: '40718253', slot: 1, van: 'van-12', tag: '0F00A1B201' };
export const ben: Role = { name: 'Ben', code: '92560814', slot: 2, van: 'van-34', tag: '0F00A1B202' };
export const cleo: Role = { name: 'Cleo', code: '63801957', slot: 3, van: 'van-56', tag: '0F00A1B203' };
export const roles: readonly Role[] = [ann, ben, cleo];

/** Slot 4 is nobody's home: a place to put a key wrongly. */
export const slotCount = 4;

const hourMs = 3_600_000;

export interface Stage {
  readonly rig: Rig;
  close(): Promise<void>;
}

/** A box with four slots, a keypad, a reader and a display, three keys in it; not switched on yet. */
export async function openStage(): Promise<Stage> {
  const rig = await Rig.make({ slots: slotCount, display: true });
  rig.configure({
    box: {
      id: 'demo',
      name: 'Demo depot',
      timezone: 'Europe/Amsterdam',
      language: 'en',
      region: 'NL',
      phone: '+31201234567',
    },
  });
  for (let slot = 1; slot <= slotCount; slot += 1) {
    rig.lines.door(slot, 'shut');
    rig.lines.key(slot, slot < slotCount ? 'in' : 'out');
  }
  return { rig, close: () => rig.dispose() };
}

/** Switches the box on and gives it three named keys, and a booking for each role. */
export async function stock(
  rig: Rig,
  ends: (role: Role) => number = () => Date.now() + 8 * hourMs,
): Promise<void> {
  await rig.start();
  const keys = roles.map(({ van, slot, tag }) => ({ name: van, slot, tag }));
  await rig.must(['keys', 'import', '-'], JSON.stringify(keys));
  const start = iso(Date.now() - hourMs);
  await rig.book(...roles.map(role => ({ code: role.code, slot: role.slot, start, end: iso(ends(role)) })));
}
