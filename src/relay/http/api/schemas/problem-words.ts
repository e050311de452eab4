import * as v from 'valibot';
import { problemLanguages, problemPages, severities } from '../../../core/problems/facts.ts';

/** The same of all Problems of a kind, from the catalogue. */
export const problemWords = v.object({
  /** Whether a driver stands there now, something will fail unless somebody acts, or somebody waits for a decision. */
  severity: v.picklist(severities),
  title: v.string(),
  /** How things stand, for who knows nothing of the kind; what to do; and whom it hurts. */
  meaning: v.string(),
  advice: v.string(),
  hurts: v.string(),
  /** Where it is put right: a page of what the subject is, or of a topic. */
  page: v.picklist(problemPages),
});

/** The language of the words. */
export const problemLanguage = v.optional(v.picklist(problemLanguages), 'en');
