declare const brand: unique symbol;

/** A `T` that only an explicit constructor can make, so that a slot number never passes for a duration. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** A duration in milliseconds. */
export type Millis = Brand<number, 'Millis'>;
/** An instant on the monotonic clock: milliseconds since this process started. Never stored as a deadline across a boot. */
export type MonoMs = Brand<number, 'MonoMs'>;
/** An instant in UTC: milliseconds since 1970, as far as the clock can be believed. */
export type WallMs = Brand<number, 'WallMs'>;
/** Number of a compartment, as painted on its door: 1–999. */
export type SlotId = Brand<number, 'SlotId'>;
/** Name of a vehicle's key, 1–64 characters. */
export type KeyName = Brand<string, 'KeyName'>;
export type BookingId = Brand<string, 'BookingId'>;
/** A random id that stands for a person in events; never a name, a phone number or a badge. */
export type DriverId = Brand<string, 'DriverId'>;
/** Keyed BLAKE2b-256 of something a person typed or tapped, 64 hex digits. Useless without the box's pepper. */
export type Fingerprint = Brand<string, 'Fingerprint'>;

export const millis = (n: number): Millis => n as Millis;
export const seconds = (n: number): Millis => (n * 1_000) as Millis;
export const minutes = (n: number): Millis => (n * 60_000) as Millis;
export const hours = (n: number): Millis => (n * 3_600_000) as Millis;
export const mono = (n: number): MonoMs => n as MonoMs;
export const wall = (n: number): WallMs => n as WallMs;
export const slotId = (n: number): SlotId => n as SlotId;
export const keyName = (s: string): KeyName => s as KeyName;
export const bookingId = (s: string): BookingId => s as BookingId;
export const driverId = (s: string): DriverId => s as DriverId;
export const fingerprint = (s: string): Fingerprint => s as Fingerprint;

/** `t` moved by `by`, on whichever clock `t` is. */
export const after = <T extends MonoMs | WallMs>(t: T, by: Millis): T =>
  ((t as number) + (by as number)) as T;
