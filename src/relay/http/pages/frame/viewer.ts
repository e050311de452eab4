import type { Scope } from '../../api/scopes.ts';
import type { Language } from './texts/languages.ts';

/** Whoever looks at a page, as the pages know them: by a token or as a person, they need not care. */
export interface Viewer {
  readonly name: string;
  readonly language: Language;
  readonly scopes: ReadonlySet<Scope>;
}
