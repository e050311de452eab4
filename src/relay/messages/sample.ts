/** A message as an example, so that whoever writes its words sees them filled in. */
import type { TimeZone } from '../../base/time-zone.ts';
import type { Language } from '../domain/notify-settings.ts';
import { catalogues } from './catalogues.ts';
import { instantText, windowText } from './clock-text.ts';
import type { Values } from './kinds.ts';

const hourMs = 3_600_000;

interface Sampled {
  readonly account: string;
  readonly language: Language;
  readonly zone: TimeZone;
  readonly now: number;
}

/** Nobody has these: no code, number or address in it works anywhere. */
export function sampleValues({ account, language, zone, now }: Sampled): Values {
  const { locale, words } = catalogues[language];
  const start = now - (now % hourMs) + 24 * hourMs;
  const end = start + 8 * hourMs;
  const reader = { zone, locale, now };
  return {
    ...{
      account,
      driver: 'Ada Moreno',
      vehicle: 'Van 3',
      box: 'Depot A',
      site: 'Havenweg 12, Amsterdam',
      slot: '4',
    },
    ...{ code: '1234 5678', check: '123456', again: words.again, phone: '+31 20 123 4567' },
    ...{
      start: instantText(start, reader),
      end: instantText(end, reader),
      window: windowText(start, end, reader),
    },
    ...{ link: 'https://smartbox.example/a/example', fault: 'Depot A', faults: 'Depot A: 4' },
  };
}
