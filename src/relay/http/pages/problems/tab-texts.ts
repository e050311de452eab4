/** Texts of the tabs of Problems, and of what was put off. */
import type { Filled, Texts } from '../frame/texts/fill.ts';
import type { Language } from '../frame/texts/languages.ts';

const en = {
  tabs: { open: 'Open', 'not-now': 'Not now', cleared: 'Cleared' },
  leads: {
    'not-now': 'Somebody has put these off. Each comes back at its time, or sooner if it gets worse.',
    cleared: 'What is over, the last first. It stays here for 90 days.',
  },
  none: { 'not-now': 'Nothing was put off.', cleared: 'Nothing was cleared in the last 90 days.' },
  noneWhy: {
    'not-now': 'A problem that has to wait is put off with its button “Not now…”, with a reason.',
    cleared: 'A problem goes here when it is over, or when somebody acknowledges it.',
  },
  toFirst: 'To the first ones',
  more: 'More',
  notNow: 'Not now…',
  notNowTitle: 'Not now, because…',
  notNowWhy:
    'It leaves the list of open problems and comes back by itself. If it gets worse before, it comes back at once.',
  because: 'Because',
  becauseHint: 'Everybody who looks here reads it, and it stands in the audit.',
  becauseMissing: 'Say why, in one line of at most 200 characters.',
  for: 'Until',
  spans: { hour: 'In one hour', day: 'Tomorrow at this time', week: 'In a week at this time' },
  spanMissing: 'Choose until when.',
  putOff: 'Put it off',
  over: 'This problem is over.',
  overWhy: 'Nothing need be done about it any more.',
  showAgain: 'Show again',
  untilWhen: 'Put off until',
  by: (who: string) => `by ${who}`,
  clearedAt: 'Over since',
  acknowledgedBy: (who: string) => `acknowledged by ${who}`,
  asSaid: 'As the relay said it',
} as const satisfies Texts;

const nl: Filled<typeof en> = {
  tabs: { open: 'Open', 'not-now': 'Nu niet', cleared: 'Voorbij' },
  leads: {
    'not-now': 'Iemand heeft deze uitgesteld. Elk komt op zijn tijd terug, of eerder als het erger wordt.',
    cleared: 'Wat voorbij is, het laatste eerst. Het blijft hier 90 dagen staan.',
  },
  none: { 'not-now': 'Er is niets uitgesteld.', cleared: 'In de laatste 90 dagen ging niets voorbij.' },
  noneWhy: {
    'not-now': 'Een probleem dat moet wachten, stelt u uit met de knop “Nu niet…”, met een reden.',
    cleared: 'Een probleem komt hier als het voorbij is, of als iemand het heeft gezien.',
  },
  toFirst: 'Naar de eerste',
  more: 'Meer',
  notNow: 'Nu niet…',
  notNowTitle: 'Nu niet, omdat…',
  notNowWhy:
    'Het gaat van de lijst van open problemen en komt vanzelf terug. Wordt het eerder erger, dan komt het meteen terug.',
  because: 'Omdat',
  becauseHint: 'Iedereen die hier kijkt leest het, en het staat in het auditlogboek.',
  becauseMissing: 'Zeg waarom, in één regel van ten hoogste 200 tekens.',
  for: 'Tot',
  spans: { hour: 'Over een uur', day: 'Morgen om deze tijd', week: 'Over een week om deze tijd' },
  spanMissing: 'Kies tot wanneer.',
  putOff: 'Uitstellen',
  over: 'Dit probleem is voorbij.',
  overWhy: 'Er hoeft niets meer aan te gebeuren.',
  showAgain: 'Weer tonen',
  untilWhen: 'Uitgesteld tot',
  by: who => `door ${who}`,
  clearedAt: 'Voorbij sinds',
  acknowledgedBy: who => `gezien door ${who}`,
  asSaid: 'Zoals de relay het zei',
};

export const tabWords = (language: Language): Filled<typeof en> => ({ en, nl })[language];
