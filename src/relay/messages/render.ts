/** Renders a message, from the booking as it is when it is sent. */
import { type Language, languages } from '../domain/notify-settings.ts';
import type { AtRest } from '../secrets/at-rest.ts';
import { type Access, codeOf } from './access.ts';
import { catalogues } from './catalogues.ts';
import { instantText, type Reader, windowText } from './clock-text.ts';
import type { MessageData, Placeholder, Values } from './kinds.ts';
import { placeholders } from './kinds.ts';
import { filled } from './template.ts';

const nothing = Object.fromEntries(placeholders.map(name => [name, ''])) as Values;

interface Saying {
  readonly access: Access | null;
  readonly data: MessageData;
  readonly account: string;
  readonly language: Language;
  readonly now: number;
  /** The driver's page; empty: none. */
  readonly link: string;
  readonly atRest: AtRest;
}

export function valuesOf(saying: Saying): Values {
  const { access, data, account, language, now, link, atRest } = saying;
  const { locale, words } = catalogues[language];
  const zone = access?.place.zone ?? data.zone ?? 'UTC';
  const reader: Reader = { zone, locale, now };
  const start = access?.booking.start ?? data.start ?? null;
  const end = access === null ? (data.end ?? null) : access.booking.end;
  const values: Partial<Record<Placeholder, string>> = {
    ...{ account, link: data.link ?? link, check: data.check ?? '' },
    ...{ fault: data.fault ?? '', faults: data.faults ?? '' },
    vehicle: data.vehicle ?? access?.key.name ?? '',
    driver: access?.driver?.name ?? data.driver ?? '',
    ...timesOf(start, end, reader, words.untilChanged),
    ...(access === null ? {} : placeOf(access)),
    code: access === null ? '' : (codeOf(access, atRest) ?? ''),
    again: access?.booking.reuse === 1 ? words.again : '',
  };
  return { ...nothing, ...values };
}

const placeOf = ({ box, key, place }: Access): Partial<Values> => ({
  box,
  slot: key.slot === null ? '' : String(key.slot),
  // Where they are called alike, once is enough.
  site: [place.name === box ? '' : place.name, place.address].filter(Boolean).join(', '),
  phone: place.phone ?? '',
});

function timesOf(
  start: number | null,
  end: number | null,
  reader: Reader,
  untilChanged: string,
): Partial<Values> {
  if (start === null) return {};
  const from = instantText(start, reader);
  const open = filled(untilChanged, { ...nothing, start: from });
  return {
    start: from,
    end: end === null ? '' : instantText(end, reader),
    window: end === null ? open : windowText(start, end, reader),
  };
}

/** Of a header such as `nl-BE,nl;q=0.9,en;q=0.5`; null: none of ours. */
export function acceptedLanguage(header: string | undefined): Language | null {
  const wanted = (header ?? '')
    .slice(0, 200)
    .split(',')
    .map(part => {
      const [tag = '', quality = ''] = part.trim().split(';q=');
      return { language: tag.slice(0, 2).toLowerCase(), quality: quality === '' ? 1 : Number(quality) || 0 };
    });
  const best = wanted
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ language }) => languages.find(each => each === language))
    .find(language => language !== undefined);
  return best ?? null;
}
