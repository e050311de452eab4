import { upTo, walks } from './walk.ts';

// The last: a write that was refused is taken back, and its Problem with it.
walks([...upTo(20), 1_849]);
