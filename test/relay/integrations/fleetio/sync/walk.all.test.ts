import { upTo, walks } from './walk.ts';

/** `SEEDS=2000` in an hour that nobody waits for: these take minutes. */
walks(upTo(150));
