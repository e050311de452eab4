import type { InputBody } from '../core/input.ts';

export type { Time } from '../../base/time.ts';

/** Where adapters put what happened; the loop stamps it. */
export type Report = (input: InputBody) => void;
