import type { Sources } from './sources.ts';

/** A doc comment that begins with a relative clause: it is no sentence, and its subject is only in the code that it stands above. */
const headless = /\/\*\*\s+(?:\* )?What /;

/** Files with such a comment. */
export const headlessComments = (sources: Sources): readonly string[] =>
  [...sources]
    .filter(([, text]) => headless.test(text))
    .map(([path]) => `${path}: a comment begins with “What ”: make it a sentence`);
