import { Fault } from '../base/fault.ts';
import type { Action } from './action.ts';

export const verify: Action = {
  usage: 'events verify FILE [--key FILE]',
  summary: 'later',
  places: [1, 1],
  flags: ['key'],
  async run() {
    throw new Fault('x', 'x', 'x');
  },
};
