/** Texts of signing in in two steps. */
import type { PageLanguage } from '../../../domain/account-people.ts';
import type { Filled, Texts } from '../frame/texts/fill.ts';

const en = {
  title: 'Sign in in two steps',
  code: 'Six digits',
  codeHint: 'From your app, each once; a recovery code does as well.',
  codeOptional: 'Only if you have set up an app for them; a recovery code does as well.',
  prove: 'Give the digits of your app: what comes next concerns who is let in.',
  whyOff:
    'Whoever learns your password gets in. With an app that shows digits they need your telephone too. Any app for two-step sign-in will do.',
  begin: 'Set it up',
  scan: 'Scan this with the app',
  picture: 'QR code with the secret',
  orType: 'or type the secret in there:',
  thenType: 'Then type the digits that it shows. Only then are they asked for.',
  confirm: 'Turn it on',
  wrong: 'These are not the digits of now. Is the clock of your telephone right?',
  again: 'Another secret',
  on: 'You sign in in two steps since',
  left: (count: number) => (count === 1 ? '1 recovery code is left.' : `${count} recovery codes are left.`),
  few: 'Make new ones before you need them.',
  codesTitle: 'Your recovery codes',
  codesHint:
    'Each lets you in once, in place of the digits: for when the telephone is gone. They are shown only now. Print them, or keep them where you keep your passwords.',
  fresh: 'Make new recovery codes',
  freshHint: 'Those of before are void.',
  off: 'Take it off',
  offHint: 'From then on your password alone lets you in.',
  done: 'Done',
  byToken: 'You are here by a token, which has no second step.',
  column: 'Two steps',
  yes: 'yes',
  no: 'no',
  offOther: 'Take off the second step',
  offOtherHint:
    'For somebody whose telephone and recovery codes are gone: from then on their password alone lets them in, until they set it up again. It stands in the audit.',
} as const satisfies Texts;

const nl: Filled<typeof en> = {
  title: 'Inloggen in twee stappen',
  code: 'Zes cijfers',
  codeHint: 'Uit uw app, elk één keer; een herstelcode mag ook.',
  codeOptional: 'Alleen als u er een app voor hebt ingesteld; een herstelcode mag ook.',
  prove: 'Geef de cijfers van uw app: wat nu komt, gaat over wie er binnen mag.',
  whyOff:
    'Wie uw wachtwoord te weten komt, komt binnen. Met een app die cijfers toont, is ook uw telefoon nodig. Elke app voor inloggen in twee stappen is goed.',
  begin: 'Instellen',
  scan: 'Scan dit met de app',
  picture: 'QR-code met het geheim',
  orType: 'of typ daar het geheim in:',
  thenType: 'Typ dan de cijfers die de app toont. Pas daarna wordt ernaar gevraagd.',
  confirm: 'Aanzetten',
  wrong: 'Dit zijn niet de cijfers van nu. Staat de klok van uw telefoon goed?',
  again: 'Ander geheim',
  on: 'U logt in in twee stappen sinds',
  left: count => (count === 1 ? 'Er is 1 herstelcode over.' : `Er zijn ${count} herstelcodes over.`),
  few: 'Maak nieuwe voordat u ze nodig hebt.',
  codesTitle: 'Uw herstelcodes',
  codesHint:
    'Elke laat u één keer binnen, in plaats van de cijfers: voor als de telefoon weg is. Ze worden alleen nu getoond. Druk ze af, of bewaar ze bij uw wachtwoorden.',
  fresh: 'Nieuwe herstelcodes maken',
  freshHint: 'Die van eerder gelden niet meer.',
  off: 'Afzetten',
  offHint: 'Daarna laat uw wachtwoord alleen u binnen.',
  done: 'Klaar',
  byToken: 'U bent hier met een token, en dat heeft geen tweede stap.',
  column: 'Twee stappen',
  yes: 'ja',
  no: 'nee',
  offOther: 'Tweede stap afzetten',
  offOtherHint:
    'Voor wie telefoon en herstelcodes kwijt is: daarna laat het wachtwoord alleen hen binnen, tot ze het weer instellen. Het staat in de audit.',
};

export type TwoStepWords = Filled<typeof en>;

export const twoStepWords = (language: PageLanguage): TwoStepWords => ({ en, nl })[language];
