import type { Operation } from './call.ts';

/** Every operation of the control socket, by its name. */
export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([]);
