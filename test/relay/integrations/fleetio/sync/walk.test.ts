import { upTo, walks } from './walk.ts';

// The long run has 150. The last: a write that was refused is taken back, and its Problem with it.
walks([...upTo(10), 1_849]);
