import { upTo, walks } from './walk.ts';

walks(upTo(2_000));
