/** From a screen to the rows of a display, in the language and zone of the site. */
import type { Millis, WallMs } from '../../../base/brand.ts';
import type { Screen } from '../../core/screen.ts';
import type { Age, Catalogue, TextFacts, Variants } from './catalogue.ts';
import { english } from './en.ts';
import type { Size } from './layout.ts';
import { cut, fitted } from './layout.ts';
import { dutch } from './nl.ts';
import type { SiteTime } from './site-time.ts';
import { createSiteTime } from './site-time.ts';

export type { Size } from './layout.ts';

export const catalogues: { readonly [language in 'en' | 'nl']: Catalogue } = { en: english, nl: dutch };

/** For the control socket, which wraps nothing. */
export const unlimited: Size = { columns: 10_000, rows: 1_000, letters: 'unicode' };

export interface Place {
  readonly language: 'en' | 'nl';
  readonly boxName: string;
  /** IANA zone. */
  readonly zone: string;
  readonly phone: string | null;
}

/** The facts that change from one picture to the next. */
export interface Moment {
  readonly now: WallMs;
  /** Rules.md 25; null where the box runs alone. */
  readonly syncAge: Millis | null;
  /** Which page of a list that has more than the display can hold: any whole number, taken round. */
  readonly page: number;
}

/** At most `size.rows` rows of at most `size.columns` letters. */
export type Render = (screen: Screen, moment: Moment, size: Size) => readonly string[];

export function createRender(place: Place): Render {
  const catalogue = catalogues[place.language];
  let clock: SiteTime | null = null;
  const siteTime = (): SiteTime => (clock ??= createSiteTime(place.zone, catalogue.locale));
  return (screen, moment, size) => {
    switch (screen.text) {
      case 'entering':
        return [
          cut(
            `${catalogue.entering[screen.what]}: ${'*'.repeat(Math.min(screen.length, size.columns))}`,
            size,
          ),
        ];
      case 'choose':
        return listed(screen, catalogue, moment.page, size);
      case 'too-early': {
        const day = siteTime().sameDay(moment.now, screen.from) ? null : siteTime().day(screen.from);
        return fitted(catalogue['too-early']({ time: siteTime().time(screen.from), day }), size);
      }
      default:
        return fitted(worded(screen, catalogue, around(place, moment, siteTime)), size);
    }
  };
}

type Worded = Exclude<Screen, { readonly text: 'entering' | 'choose' | 'too-early' }>;

function worded(screen: Worded, catalogue: Catalogue, about: TextFacts): Variants {
  if (screen.text === 'denied') return catalogue.denied[screen.reason](about);
  // Each message takes just its own screen; the compiler cannot see that name and screen belong together.
  const message = catalogue[screen.text] as (screen: Worded, about: TextFacts) => Variants;
  return message(screen, about);
}

const around = (place: Place, moment: Moment, siteTime: () => SiteTime): TextFacts => ({
  boxName: place.boxName,
  phone: place.phone,
  get time() {
    return siteTime().time(moment.now);
  },
  syncAge: moment.syncAge === null ? null : ageOf(moment.syncAge),
});

function ageOf(age: Millis): Age {
  const minutes = Math.max(0, Math.floor(age / 60_000));
  if (minutes < 120) return { count: minutes, unit: 'minutes' };
  if (minutes < 48 * 60) return { count: Math.floor(minutes / 60), unit: 'hours' };
  return { count: Math.min(999, Math.floor(minutes / 1_440)), unit: 'days' };
}

/** A title and as many lines as there is room for; more than that goes by pages. */
function listed(
  { options, again }: Screen & { readonly text: 'choose' },
  catalogue: Catalogue,
  page: number,
  size: Size,
): readonly string[] {
  const each = Math.max(1, size.rows - 1);
  const pages = Math.max(1, Math.ceil(options.length / each));
  const shown = ((page % pages) + pages) % pages;
  const title = catalogue.choose.title(pages > 1 ? `${shown + 1}/${pages}` : '', again);
  const lines = options
    .slice(shown * each, (shown + 1) * each)
    .map(option => cut(`${option.number} ${catalogue.choose[option.for]} ${option.key}`, size));
  return [...fitted(title, { ...size, rows: 1 }), ...lines].slice(0, size.rows);
}
