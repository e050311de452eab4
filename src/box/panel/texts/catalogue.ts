import type { Screen } from '../../core/screen.ts';

/**
 * One message in several lengths, best first: the renderer takes the first that fits the display. `\n` begins a new row.
 * The last must fit 16 × 2 with whatever it must not lose (the number of a slot).
 */
export type Variants = readonly [string, ...string[]];

/** Facts that a text may need besides its screen. */
export interface TextFacts {
  readonly boxName: string;
  /** Whom to call, as people dial it; null where nobody was named. */
  readonly phone: string | null;
  /** Now, in the site's zone: `14:05 CEST`. */
  readonly time: string;
  /** Age of the last signed word from the relay, in words; null where the box runs alone. */
  readonly syncAge: Age | null;
}

export interface Age {
  readonly count: number;
  readonly unit: 'minutes' | 'hours' | 'days';
}

type Of<Name extends Screen['text']> = Extract<Screen, { text: Name }>;
type DenialShown = Of<'denied'>['reason'];
type Message<Name extends Screen['text']> = (screen: Of<Name>, around: TextFacts) => Variants;

/** Screens that the renderer composes itself, from words of `Wording`. */
type Composed = 'denied' | 'choose' | 'entering' | 'too-early';
type Typed = Of<'entering'>['what'];

/** Every text of the box in one language; the compiler finds what is missing. */
export type Catalogue = { readonly [Name in Exclude<Screen['text'], Composed>]: Message<Name> } & {
  /** For dates: a BCP 47 tag. */
  readonly locale: string;
  readonly denied: { readonly [Reason in DenialShown]: (around: TextFacts) => Variants };
  readonly 'too-early': (from: { readonly time: string; readonly day: string | null }) => Variants;
  readonly choose: {
    /** Above a list; `page` is `1/2` or empty. `again`: what was typed was cleared. */
    readonly title: (page: string, again: boolean) => Variants;
    readonly take: string;
    readonly return: string;
  };
  /** Before the stars of what is being typed. */
  readonly entering: { readonly [What in Typed]: string };
};
