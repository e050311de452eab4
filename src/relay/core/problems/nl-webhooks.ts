import type { ProblemTexts } from './facts.ts';
import type { webhookProblems } from './webhooks.ts';

/** Dutch, of Problems of webhooks. */
export const webhookProblemsNl: Readonly<Record<keyof typeof webhookProblems, ProblemTexts>> = {
  'webhook-given-up': {
    title: 'Gebeurtenissen voor een webhook zijn opgegeven',
    meaning: 'Het adres weigerde een gebeurtenis keer op keer, of was drie dagen niet bereikbaar.',
    advice:
      'Bekijk de laatste bezorgingen van de webhook en herstel de ontvanger: wat is opgegeven komt niet opnieuw, en is via de API te lezen.',
  },
  'webhook-switched-off': {
    title: 'Een webhook is uitgezet',
    meaning: 'Op het adres kwam een week lang niets aan, of het adres zei dat het voorgoed weg is.',
    advice: 'Herstel de ontvanger of het adres en zet de webhook weer aan, of verwijder hem.',
  },
};
