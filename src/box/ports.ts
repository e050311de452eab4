/**
 * The ports of the box: what it asks of the world, in the words of the domain. Adapters implement these; only `app/` knows which adapter stands
 * behind which port.
 */
export type * from './ports/box-handle.ts';
export type * from './ports/gpio.ts';
export type * from './ports/relay.ts';
export type * from './ports/secrets.ts';
export type * from './ports/serial.ts';
export type * from './ports/storage.ts';
export type * from './ports/synced.ts';
export type * from './ports/time.ts';
export type * from './ports/watcher.ts';
